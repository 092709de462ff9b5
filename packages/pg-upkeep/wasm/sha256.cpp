#include "packages/pg-upkeep/wasm/sha256.hpp"

#include <array>
#include <bit>
#include <cstdint>
#include <fmt/format.h>

namespace upkeep::wasm {

namespace {

using word = std::uint32_t;

constexpr std::size_t block_size = 64, length_size = 8;

constexpr word round_constants[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

using digest = std::array<word, 8>;
constexpr digest beginning = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                              0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};

void add_block(digest &state, const char *block) {
  word schedule[64];
  for (int i = 0; i < 16; ++i) {
    schedule[i] = 0;
    for (int byte = 0; byte < 4; ++byte)
      schedule[i] = schedule[i] << 8 | static_cast<unsigned char>(block[4 * i + byte]);
  }
  for (int i = 16; i < 64; ++i) {
    const word a = schedule[i - 15], b = schedule[i - 2];
    schedule[i] = schedule[i - 16] + (std::rotr(a, 7) ^ std::rotr(a, 18) ^ a >> 3) + schedule[i - 7] +
                  (std::rotr(b, 17) ^ std::rotr(b, 19) ^ b >> 10);
  }
  auto [a, b, c, d, e, f, g, h] = state;
  for (int i = 0; i < 64; ++i) {
    const word first = h + (std::rotr(e, 6) ^ std::rotr(e, 11) ^ std::rotr(e, 25)) + ((e & f) ^ (~e & g)) +
                       round_constants[i] + schedule[i];
    const word second = (std::rotr(a, 2) ^ std::rotr(a, 13) ^ std::rotr(a, 22)) + ((a & b) ^ (a & c) ^ (b & c));
    h = g, g = f, f = e, e = d + first, d = c, c = b, b = a, a = first + second;
  }
  const digest mixed = {a, b, c, d, e, f, g, h};
  for (std::size_t i = 0; i < state.size(); ++i)
    state[i] += mixed[i];
}

// A one, zeros, and the number of bits, up to the end of a block.
std::string padded(std::string_view bytes) {
  std::string whole(bytes);
  whole += '\x80';
  whole.append((2 * block_size - length_size - whole.size() % block_size) % block_size, '\0');
  for (int shift = 56; shift >= 0; shift -= 8)
    whole += static_cast<char>(std::uint64_t{bytes.size()} * 8 >> shift);
  return whole;
}

} // namespace

std::string sha256_hex(std::string_view bytes) {
  digest state = beginning;
  const std::string whole = padded(bytes);
  for (std::size_t at = 0; at < whole.size(); at += block_size)
    add_block(state, whole.data() + at);
  std::string hex;
  for (const word each : state)
    hex += fmt::format("{:08x}", each);
  return hex;
}

} // namespace upkeep::wasm
