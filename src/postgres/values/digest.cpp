#include "postgres/values/digest.hpp"

namespace upkeep::pg {

namespace {

// May raise.
void digest(std::string_view bytes, history::digest_bytes &into) {
  pg_cryptohash_ctx *context = pg_cryptohash_create(PG_SHA256);
  if (!context || pg_cryptohash_init(context) < 0 ||
      pg_cryptohash_update(context, reinterpret_cast<const std::uint8_t *>(bytes.data()), bytes.size()) < 0 ||
      pg_cryptohash_final(context, into.data(), into.size()) < 0)
    ereport(ERROR, errcode(ERRCODE_INTERNAL_ERROR), errmsg("could not compute a digest"));
  pg_cryptohash_free(context);
}

} // namespace

history::digest_bytes sha256(std::string_view bytes) {
  history::digest_bytes raw;
  call([&] { digest(bytes, raw); });
  return raw;
}

std::string sha256_hex(std::string_view bytes) { return history::hex_of(sha256(bytes)); }

} // namespace upkeep::pg
