// What a file of ours looks like after a power cut, a full disk or a broken one.
#pragma once

#include <string>
#include <vector>

namespace muster::fakes {

struct Damage {
  const char* how;
  std::string content;
};

// `good` is what a whole file holds.
inline std::vector<Damage> damages_of(const std::string& good) {
  return {{"empty", ""},
          {"cut in half", good.substr(0, good.size() / 2)},
          {"garbage", std::string("\x7f\x00\xff\xfe garbage [1, {", 16)},
          {"zeros", std::string(good.size(), '\0')}};
}

}  // namespace muster::fakes
