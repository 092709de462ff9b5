#include "postgres/values/hmac.hpp"

namespace upkeep::pg {

namespace {

const std::uint8_t *bytes_of(std::string_view text) { return reinterpret_cast<const std::uint8_t *>(text.data()); }

// May raise.
void compute_hmac(std::string_view key, std::string_view text, history::digest_bytes &into) {
  pg_hmac_ctx *context = pg_hmac_create(PG_SHA256);
  if (!context || pg_hmac_init(context, bytes_of(key), key.size()) < 0 ||
      pg_hmac_update(context, bytes_of(text), text.size()) < 0 || pg_hmac_final(context, into.data(), into.size()) < 0)
    ereport(ERROR, errcode(ERRCODE_INTERNAL_ERROR), errmsg("could not compute a keyed digest"));
  pg_hmac_free(context);
}

} // namespace

history::digest_bytes hmac_sha256(std::string_view key, std::string_view text) {
  history::digest_bytes digest;
  call([&] { compute_hmac(key, text, digest); });
  return digest;
}

} // namespace upkeep::pg
