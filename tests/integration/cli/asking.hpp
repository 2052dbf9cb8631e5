// Questions to a fleet that change nothing: one fleet for all of them.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "tests/integration/cli/fleet.hpp"

namespace muster::test {

class AskingTest : public FleetTest {
 protected:
  using Words = std::vector<std::string>;

  static Words join(Words words, const Words& more) {
    words.insert(words.end(), more.begin(), more.end());
    return words;
  }
  static Words full(const Words& short_names) {
    Words names;
    for (const auto& name : short_names) names.push_back(name + ".example.test");
    return names;
  }
  static Words keys(const Value& map) {
    Words keys;
    for (const auto& [key, value] : map.items()) keys.push_back(key);
    return keys;
  }
  // Who answered a call, by its document.
  static Words senders(const Value& call) {
    Words names;
    for (const auto& reply : call.at("replies")) names.push_back(reply.at("sender"));
    std::sort(names.begin(), names.end());
    return names;
  }
};

}  // namespace muster::test
