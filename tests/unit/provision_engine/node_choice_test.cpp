#include "orchestrator/provision/node_choice.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <set>

namespace muster::provision {
namespace {

using testing::ElementsAre;

class OtherNodesTest : public testing::Test {
 protected:
  void add(const std::string& identity, Value facts) {
    found_.push_back({identity, "", std::make_shared<const Value>(std::move(facts))});
  }
  std::vector<std::string> choose(std::size_t most, const std::string& node = "web1") const {
    std::vector<std::string> names;
    for (const auto& each :
         choose_nodes(node, {{"country", "de"}, {"rack", 7}}, found_, {"country", "rack"}, most))
      names.push_back(each.identity);
    return names;
  }
  std::vector<FoundMember> found_;
};

TEST_F(OtherNodesTest, AnEarlierFactGoesBeforeALaterOne) {
  add("none", Value::object());
  add("rack", {{"rack", 7}});
  add("country", {{"country", "de"}});
  add("both", {{"country", "de"}, {"rack", 7}});
  EXPECT_THAT(choose(10), ElementsAre("both", "country", "rack", "none"));
  EXPECT_THAT(choose(2), ElementsAre("both", "country"));
}

TEST_F(OtherNodesTest, ANodeIsNotChosenForItself) {
  add("web1", {{"country", "de"}});
  EXPECT_TRUE(choose(10).empty());
}

TEST_F(OtherNodesTest, EqualOnesShareTheWorkAndStayTheSameForOneNode) {
  add("a", Value::object());
  add("b", Value::object());
  std::set<std::string> chosen;
  for (int i = 0; i < 20; ++i) {
    const auto node = "n" + std::to_string(i);
    EXPECT_EQ(choose(1, node), choose(1, node));
    chosen.insert(choose(1, node).front());
  }
  EXPECT_EQ(chosen.size(), 2U);
}

}  // namespace
}  // namespace muster::provision
