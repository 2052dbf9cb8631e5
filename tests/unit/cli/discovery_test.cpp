#include "orchestrator/cli/discovery.hpp"

#include <gtest/gtest.h>

namespace muster::cli {
namespace {

Discovery found(Discovery::Method method, std::size_t count) {
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

TEST(AddressTest, FewDiscoveredNodesAreCalledByName) {
  client::Call call;
  address(call, found(Discovery::Method::presence, 3), german());
  EXPECT_EQ(call.targets.size(), 3U);
  EXPECT_TRUE(call.filter.empty()) << "what they were discovered by may have changed since";
}

TEST(AddressTest, ManyDiscoveredNodesGetOneMessageThatTheyJudge) {
  client::Call call;
  address(call, found(Discovery::Method::presence, kAddressedByNameMax + 1), german());
  EXPECT_TRUE(call.targets.empty());
  EXPECT_EQ(call.expected.size(), kAddressedByNameMax + 1);
  EXPECT_EQ(call.filter.facts, std::vector<std::string>{"country=de"});
}

TEST(AddressTest, AllNodesGetOneMessage) {
  client::Call call;
  address(call, found(Discovery::Method::presence, 3), filter::Filter());
  EXPECT_TRUE(call.targets.empty());
  EXPECT_EQ(call.expected.size(), 3U);
}

TEST(AddressTest, NodesThatJudgedTheFilterThemselvesAreCalledByName) {
  client::Call call;
  address(call, found(Discovery::Method::broadcast, kAddressedByNameMax + 1), german());
  EXPECT_EQ(call.targets.size(), kAddressedByNameMax + 1);
}

TEST(NothingDiscoveredTest, SaysWhatWasAskedOfHowMany) {
  const auto error = nothing_discovered(found(Discovery::Method::presence, 0), german(), "");
  EXPECT_EQ(error.message, "none of the 500 nodes online matches -F 'country=de'");
  const auto called = nothing_discovered(found(Discovery::Method::presence, 0), german(), "puppet");
  EXPECT_EQ(called.message,
            "none of the 500 nodes online matches -F 'country=de' and runs the agent 'puppet'");
}

TEST(NothingDiscoveredTest, SaysWhichAgentNobodyRuns) {
  const auto error =
      nothing_discovered(found(Discovery::Method::presence, 0), filter::Filter(), "puppet");
  EXPECT_EQ(error.message, "none of the 500 nodes online runs the agent 'puppet'");
}

TEST(NothingDiscoveredTest, TellsOfPresenceThatDidNotVerify) {
  Discovery discovery;
  discovery.refused = 2;
  discovery.last_refusal = "'n1': signed by an unknown CA";
  EXPECT_EQ(nothing_discovered(discovery, filter::Filter(), "").message,
            "no node is online; 2 did not verify, the last: 'n1': signed by an unknown CA");
}

}  // namespace
}  // namespace muster::cli
