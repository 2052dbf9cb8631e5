// Inputs that are nearly right: known good ones, cut, spliced, and changed a bit at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace muster::fuzz {

// Deterministic: the same seed gives the same inputs. Not thread-safe.
class Mutator {
 public:
  Mutator(std::vector<std::string> corpus, std::uint64_t seed);
  std::string next();

 private:
  std::size_t below(std::size_t bound);  // [0, bound); 0 when bound is 0
  void change(std::string& input);

  std::vector<std::string> corpus_;
  std::mt19937_64 random_;
};

// Every input of the corpus as it is, then MUSTER_FUZZ_RUNS (default `runs`) mutated ones. Stops at
// the first gtest failure and shows the input that caused it.
void run(const std::vector<std::string>& corpus, std::size_t runs,
         const std::function<void(std::string_view input)>& target);

}  // namespace muster::fuzz
