#include "orchestrator/history/why.hpp"

#include <gtest/gtest.h>

namespace muster::history {
namespace {

std::string why(const std::string& node, const std::string& master, const std::string& reason) {
  client::Record record;
  record.identity = node;
  record.master = master;
  record.reason = reason;
  return why_of(record);
}

TEST(WhyTest, TheSameCauseOnManyNodesIsOne) {
  EXPECT_EQ(why("n1.de", "m1.de", "bootstrap-run: n1.de did not answer m1.de within 3600 s"),
            "bootstrap-run: NODE did not answer MASTER within # s");
  EXPECT_EQ(why("n2.de", "m2.de", "bootstrap-run: n2.de did not answer m2.de within 20 s"),
            "bootstrap-run: NODE did not answer MASTER within # s");
}

TEST(WhyTest, ItIsOneShortLineOfWholeCharacters) {
  EXPECT_EQ(why("n", "", "first\nsecond"), "first");
  std::string ends;
  for (std::size_t i = 0; i < kWhyMaxBytes; ++i) ends += "ü";
  const auto cut = why("n1", "", ends);
  EXPECT_LE(cut.size(), kWhyMaxBytes);
  EXPECT_EQ(cut.size() % 2, 0U);
}

}  // namespace
}  // namespace muster::history
