#include "orchestrator/cli/discovery/discovery.hpp"
#include "proto/filter/filter.hpp"

#include <gtest/gtest.h>

namespace muster::cli {
namespace {

Discovery found(Method method, std::size_t count) {
  Discovery discovery;
  discovery.method = method;
  for (std::size_t i = 0; i < count; ++i) discovery.identities.push_back("n" + std::to_string(i));
  discovery.online = 500;
  return discovery;
}

filter::Filter german() {
  filter::Text text;
  text.facts = {"country=de"};
  return std::move(*filter::Filter::parse(text));
}

TEST(CallAddressTest, FewDiscoveredNodesAreCalledByNameAndJudgeTheFilterAgain) {
  client::Call call;
  address(call, found(Method::presence, 3), german());
  EXPECT_EQ(call.targets.size(), 3U);
  EXPECT_EQ(call.filter.facts, std::vector<std::string>{"country=de"});
  EXPECT_TRUE(call.tell_mismatch) << "else it would look silent";
}

TEST(CallAddressTest, WhoeverFoundThemTheNodesJudgeAgain) {
  for (const auto method : {Method::broadcast, Method::registry, Method::file, Method::piped,
                            Method::external, Method::presence}) {
    client::Call call;
    address(call, found(method, 3), german());
    EXPECT_EQ(call.targets.size(), 3U) << name_of(method);
    EXPECT_EQ(call.filter.facts, std::vector<std::string>{"country=de"}) << name_of(method);
    EXPECT_TRUE(call.tell_mismatch) << name_of(method);
  }
}

TEST(CallAddressTest, NamesThatTheOperatorGaveNeedNoJudging) {
  client::Call call;
  filter::Text text;
  text.identities = {"n0", "n1"};
  address(call, found(Method::direct, 2), *filter::Filter::parse(text));
  EXPECT_EQ(call.targets.size(), 2U);
  EXPECT_TRUE(call.filter.empty());
  EXPECT_FALSE(call.tell_mismatch);
}

TEST(CallAddressTest, ManyDiscoveredNodesGetOneMessageThatTheyJudge) {
  client::Call call;
  address(call, found(Method::presence, kAddressedByNameMax + 1), german());
  EXPECT_TRUE(call.targets.empty());
  EXPECT_EQ(call.expected.size(), kAddressedByNameMax + 1);
  EXPECT_EQ(call.filter.facts, std::vector<std::string>{"country=de"});
}

TEST(CallAddressTest, AllNodesGetOneMessage) {
  client::Call call;
  address(call, found(Method::presence, 3), filter::Filter());
  EXPECT_TRUE(call.targets.empty());
  EXPECT_EQ(call.expected.size(), 3U);
}

TEST(CallAddressTest, NodesThatJudgedTheFilterThemselvesAreCalledByName) {
  client::Call call;
  address(call, found(Method::broadcast, kAddressedByNameMax + 1), german());
  EXPECT_EQ(call.targets.size(), kAddressedByNameMax + 1);
}

TEST(CallAddressTest, WhoeverALimitLeftOutIsNotAsked) {
  client::Call call;
  auto some = found(Method::presence, 3);
  some.limited = true;
  address(call, some, filter::Filter());
  EXPECT_EQ(call.targets.size(), 3U);
}

TEST(NothingDiscoveredTest, SaysWhatWasAskedOfWhom) {
  const auto filter = german();
  const auto none = found(Method::presence, 0);
  EXPECT_EQ(nothing_discovered(none, {.filter = filter}).message,
            "none of the 500 nodes online matches -F 'country=de'");
  EXPECT_EQ(nothing_discovered(none, {.filter = filter, .agent = "puppet"}).message,
            "none of the 500 nodes online matches -F 'country=de' and runs the agent 'puppet'");
  EXPECT_EQ(nothing_discovered(none, {.filter = filter, .agent = "rpcutil"}).message,
            "none of the 500 nodes online matches -F 'country=de'")
      << "every node runs that";
  EXPECT_EQ(nothing_discovered(none, {.filter = {}, .agent = "puppet"}).message,
            "none of the 500 nodes online runs the agent 'puppet'");
  EXPECT_EQ(nothing_discovered(found(Method::file, 0), {.filter = filter}).message,
            "none of the nodes that file gives matches -F 'country=de'");
}

TEST(NothingDiscoveredTest, TellsOfWhoDidNotSayAndOfPresenceThatDidNotVerify) {
  const auto filter = german();
  auto discovery = found(Method::broadcast, 0);
  discovery.undecided = {"n7"};
  discovery.refused = 2;
  discovery.last_refusal = "'n1': signed by an unknown CA";
  EXPECT_EQ(nothing_discovered(discovery, {.filter = filter}).message,
            "none of the 500 nodes online matches -F 'country=de'; 1 did not say whether the "
            "filter matches them: n7; 2 did not verify, the last: 'n1': signed by an unknown CA");
}

}  // namespace
}  // namespace muster::cli
