// SHA-256, which the server has, and WebAssembly has not.
#pragma once

#include <string>
#include <string_view>

namespace upkeep::wasm {

// In lower-case hex.
std::string sha256_hex(std::string_view bytes);

} // namespace upkeep::wasm
