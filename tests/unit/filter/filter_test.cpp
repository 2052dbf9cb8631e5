#include "proto/filter/filter.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "tests/support/fakes/body_of.hpp"
#include "tests/unit/filter/subject.hpp"

namespace muster::filter {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

Filter parsed(const Text& text) {
  auto filter = Filter::parse(text);
  EXPECT_TRUE(filter) << filter.error().message;
  return filter ? std::move(*filter) : Filter();
}

TEST(FilterTest, AnEmptyFilterMatchesEveryNode) {
  EXPECT_EQ(ask({}), "yes");
  EXPECT_TRUE(Filter().empty());
  EXPECT_TRUE(Filter().matches({}));
}

TEST(FilterTest, EverythingButIdentitiesIsAnd) {
  EXPECT_EQ(ask({.facts = {"country=de", "uptime=90"}}), "yes");
  EXPECT_EQ(ask({.facts = {"country=de", "uptime=91"}}), "no");
  EXPECT_EQ(ask({.classes = {"apache", "/web$/"}}), "yes");
  EXPECT_EQ(ask({.classes = {"apache", "nginx"}}), "no");
  EXPECT_EQ(ask({.agents = {"puppet", "rpcutil"}}), "yes");
  EXPECT_EQ(ask({.agents = {"puppet", "puppetca"}}), "no");
  EXPECT_EQ(ask({.agents = {"/^pup/"}}), "yes");
  EXPECT_EQ(ask({.agents = {"/ca$/"}}), "no");
  EXPECT_EQ(ask({.compounds = {"apache", "country=us"}}), "no");
  EXPECT_EQ(ask({.facts = {"country=de"}, .classes = {"nginx"}}), "no");
}

TEST(FilterTest, IdentitiesAreOrEvenWhenSeveralMatch) {
  EXPECT_EQ(ask({.identities = {"db1.example.com", "web1.example.com"}}), "yes");
  EXPECT_EQ(ask({.identities = {"web1.example.com", "/^web/"}}), "yes");
  EXPECT_EQ(ask({.identities = {"/^web/", "/^db/"}}), "yes");
  EXPECT_EQ(ask({.identities = {"/^mail/", "/^db/"}}), "no");
  EXPECT_EQ(ask({.facts = {"country=us"}, .identities = {"/^web/", "/^db/"}}), "no");
  EXPECT_EQ(ask({.identities = {"web1"}}), "no");
}

TEST(FilterTest, PlainIdentitiesAloneAreAddressedDirectly) {
  EXPECT_TRUE(parsed({.identities = {"a", "b"}}).identities_only());
  EXPECT_FALSE(parsed({.identities = {"a", "/b/"}}).identities_only());
  EXPECT_FALSE(parsed({.agents = {"x"}, .identities = {"a"}}).identities_only());
  EXPECT_FALSE(parsed({}).identities_only());
}

TEST(FilterTest, ItTellsWhatItReads) {
  const auto filter =
      parsed({.facts = {"country=de"}, .compounds = {"not (os.family=x or country=y) and web"}});
  EXPECT_THAT(filter.fact_paths(), ElementsAre("country", "os.family"));
  EXPECT_TRUE(filter.needs_classes());
  EXPECT_FALSE(filter.needs_data_plugins());
  EXPECT_TRUE(filter.data_plugins().empty());
  const auto asking =
      parsed({.compounds = {"!fstat('/x').size=1 or puppet().enabled=true", "fstat('/y').size=2"}});
  EXPECT_TRUE(asking.needs_data_plugins());
  EXPECT_EQ(asking.data_plugins(), (std::vector<std::string>{"fstat", "puppet"}));
  EXPECT_FALSE(parsed({.facts = {"a=1"}}).needs_classes());
}

TEST(FilterTest, WithSplitsFactsFromClasses) {
  const auto text = parse_with("  country=de /web/ apache kernelversion>=5 ");
  ASSERT_TRUE(text) << text.error().message;
  EXPECT_THAT(text->facts, ElementsAre("country=de", "kernelversion>=5"));
  EXPECT_THAT(text->classes, ElementsAre("/web/", "apache"));
  EXPECT_THAT(parse_with("/a=b/")->classes, ElementsAre("/a=b/"));
  EXPECT_THAT(parse_with("  ").error().message, HasSubstr("-W: the filter is empty"));
  EXPECT_THAT(parse_with("country=").error().message, HasSubstr("a value must follow '='"));
}

TEST(FilterTest, MistakesInWithAreShownWhereTheyStand) {
  EXPECT_EQ(parse_with("country = de").error().message,
            "-W: the name of a fact must stand right before this, without a space\n"
            "  country = de\n"
            "          ^");
  EXPECT_EQ(parse_with("apache country= de").error().message,
            "-W: a value must follow '='\n"
            "  apache country= de\n"
            "                 ^");
  EXPECT_THAT(parse_with("apache /(/").error().message, HasSubstr("\n  apache /(/\n         ^"));
}

TEST(FilterTest, OneFilterAnswersManyThreads) {
  const auto filter = parsed(
      {.facts = {"os.family=/deb/i"}, .compounds = {"/^role/ and not fstat('/x').size>200"}});
  std::atomic<int> answers{0};
  std::vector<std::thread> askers;
  for (int t = 0; t < 4; ++t)
    askers.emplace_back([&] {
      for (int i = 0; i < 200; ++i) answers += filter.matches(node()) ? 1 : 0;
    });
  for (auto& asker : askers) asker.join();
  EXPECT_EQ(answers, 4 * 200);
}

TEST(FilterTest, AFilterCanBeMovedAndStillMatches) {
  auto filter = parsed({.facts = {"country=de"}});
  const auto moved = std::move(filter);
  EXPECT_TRUE(moved.matches(node()));
}

}  // namespace
}  // namespace muster::filter
