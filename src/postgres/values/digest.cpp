#include "postgres/values/digest.hpp"

namespace upkeep::pg {

namespace {

// May raise.
void digest(std::string_view bytes, std::uint8_t *into) {
  pg_cryptohash_ctx *context = pg_cryptohash_create(PG_SHA256);
  if (!context || pg_cryptohash_init(context) < 0 ||
      pg_cryptohash_update(context, reinterpret_cast<const std::uint8_t *>(bytes.data()), bytes.size()) < 0 ||
      pg_cryptohash_final(context, into, PG_SHA256_DIGEST_LENGTH) < 0)
    ereport(ERROR, errcode(ERRCODE_INTERNAL_ERROR), errmsg("could not compute a digest"));
  pg_cryptohash_free(context);
}

} // namespace

std::string sha256_hex(std::string_view bytes) {
  std::uint8_t raw[PG_SHA256_DIGEST_LENGTH];
  call([&] { digest(bytes, raw); });
  std::string hex;
  hex.reserve(2 * sizeof raw);
  for (const std::uint8_t byte : raw) {
    hex += "0123456789abcdef"[byte >> 4];
    hex += "0123456789abcdef"[byte & 15];
  }
  return hex;
}

} // namespace upkeep::pg
