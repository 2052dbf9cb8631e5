#include "tests/fuzz/mutator.hpp"

#include <gtest/gtest.h>

#include <cstdlib>

#include "proto/base/encoding.hpp"

namespace muster::fuzz {
namespace {

constexpr std::size_t kChangesMax = 4;
constexpr std::size_t kRunMax = 32;  // bytes repeated, removed or spliced at once

std::uint64_t number_from(const char* variable, std::uint64_t otherwise) {
  const char* text = std::getenv(variable);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

}  // namespace

Mutator::Mutator(std::vector<std::string> corpus, std::uint64_t seed)
    : corpus_(std::move(corpus)), random_(seed) {}

std::size_t Mutator::below(std::size_t bound) {
  return bound == 0 ? 0 : random_() % bound;
}

void Mutator::change(std::string& input) {
  const auto at = below(input.size());
  switch (below(8)) {
    case 0:
      if (!input.empty()) input[at] = static_cast<char>(input[at] ^ (1 << below(8)));
      break;
    case 1:
      if (!input.empty()) input[at] = static_cast<char>(below(256));
      break;
    case 2:
      input.insert(at, 1 + below(kRunMax), static_cast<char>(below(256)));
      break;
    case 3:
      input.erase(at, 1 + below(kRunMax));
      break;
    case 4:
      input.resize(at);
      break;
    case 5:
      input.insert(at, input.substr(below(input.size()), 1 + below(kRunMax)));
      break;
    case 6:  // lengths and counts live at their extremes
      if (!input.empty()) input[at] = "\x00\x01\x7f\x80\xff"[below(5)];
      break;
    default: {
      const auto& other = corpus_[below(corpus_.size())];
      input = input.substr(0, at) + other.substr(below(other.size()));
    }
  }
}

std::string Mutator::next() {
  auto input = corpus_[below(corpus_.size())];
  for (auto left = 1 + below(kChangesMax); left > 0; --left) change(input);
  return input;
}

void run(const std::vector<std::string>& corpus, std::size_t runs,
         const std::function<void(std::string_view input)>& target) {
  for (const auto& input : corpus) target(input);
  const auto seed = number_from("MUSTER_FUZZ_SEED", 1);
  const auto count = number_from("MUSTER_FUZZ_RUNS", runs);
  Mutator mutator(corpus, seed);
  for (std::size_t i = 0; i < count; ++i) {
    const auto input = mutator.next();
    // A parser that reads beyond its input must meet the sanitizer, not the string's spare
    // capacity.
    const std::vector<char> exact(input.begin(), input.end());
    target({exact.data(), exact.size()});
    if (testing::Test::HasFailure()) {
      ADD_FAILURE() << "seed " << seed << ", input " << i << ", in hex: " << base::to_hex(input);
      return;
    }
  }
}

}  // namespace muster::fuzz
