// One row of the table that tests/attack/run prints. Each attack is a test that begins with row() and then tries it: it
// passes when the attack failed, was counted or told, and harmed nobody else. tests/attack/without holds, for each
// defence, a patch that removes it: then its attacks must succeed, that is, these tests fail.
#pragma once

#include <gtest/gtest.h>

#include <string>

namespace muster::attack {

// `attacker`: one of the names of docs/operating/THREAT_MODEL.md. `tried`: the attack in a few words.
// `seen`: where its failure shows.
inline void row(const std::string& attacker, const std::string& tried, const std::string& seen) {
  testing::Test::RecordProperty("attacker", attacker);
  testing::Test::RecordProperty("tried", tried);
  testing::Test::RecordProperty("seen", seen);
}

}  // namespace muster::attack
