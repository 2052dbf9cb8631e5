// --limit: no more than so many of those who were found.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "proto/base/result.hpp"

namespace muster::cli {

inline constexpr std::size_t kCountMost = 1'000'000;  // nodes

// "10", or "25%" of those that there are.
class Count {
 public:
  // Errc::config. `option` is named in the message. Nothing is 0: 1 to kCountMost, 1% to 100%.
  static Result<Count> parse(std::string_view option, std::string_view text);
  std::size_t of(std::size_t all) const;  // at least 1 of any, at most `all`

 private:
  std::size_t number_ = 0;
  bool percent_ = false;
};

struct Limit {
  std::optional<Count> count = {};
  // With a seed, which ones is as good as random, and the same each time; without, the first by
  // name.
  std::optional<std::size_t> seed = {};
};

// Of sorted names; sorted again.
std::vector<std::string> limited(std::vector<std::string> identities, const Limit& limit);

}  // namespace muster::cli
