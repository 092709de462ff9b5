// Runs a fuzzer without libFuzzer: over each file of its corpus, and over mutations of them from a fixed sequence of
// random numbers, so that each run tests the same inputs. Usage: NAME CORPUS [MUTATIONS]
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <iterator>
#include <random>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size);

int main(int count, char **arguments) {
  if (count < 2)
    return 2;
  std::vector<std::vector<std::uint8_t>> inputs;
  for (const auto &file : std::filesystem::directory_iterator(arguments[1])) {
    std::ifstream stream(file.path(), std::ios::binary);
    inputs.emplace_back(std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>());
  }
  if (inputs.empty()) {
    fmt::print(stderr, "no corpus in {}\n", arguments[1]);
    return 1;
  }
  for (const auto &input : inputs)
    LLVMFuzzerTestOneInput(input.data(), input.size());

  std::mt19937 random(20101201);
  const long mutations = count > 2 ? std::atol(arguments[2]) : 20000;
  for (long i = 0; i < mutations; ++i) {
    std::vector<std::uint8_t> input = inputs[random() % inputs.size()];
    for (unsigned edits = 1 + random() % 4; edits-- > 0;)
      switch (input.empty() ? 0 : random() % 3) {
      case 0:
        input.insert(input.begin() + random() % (input.size() + 1), static_cast<std::uint8_t>(random()));
        break;
      case 1:
        input.erase(input.begin() + random() % input.size());
        break;
      default:
        input[random() % input.size()] ^= static_cast<std::uint8_t>(1u << random() % 8);
      }
    LLVMFuzzerTestOneInput(input.data(), input.size());
  }
  fmt::print("{} inputs\n", static_cast<long>(inputs.size()) + mutations);
}
