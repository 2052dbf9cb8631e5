#include "proto/approval/statement.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "proto/messages/request.hpp"
#include "tests/support/fakes/fake_clock.hpp"

namespace muster::approval {
namespace {

using testing::HasSubstr;

Statement example() {
  Statement out;
  out.id = "0123456789abcdef";
  out.caller = "alice";
  out.collective = "main";
  out.agent = "puppet";
  out.action = "runonce";
  out.arguments = {{"server", "p2"}, {"force", true}, {"share", 1.0}};
  out.filter.facts = {"country=de"};
  out.targets = {"n2", "n1", "n1"};
  out.asked_at_ms = fakes::FakeClock::kStartMs;
  out.until_ms = out.asked_at_ms + kLifeMaxMs;
  return out;
}

TEST(StatementTest, HasOneTextWhateverTheOrder) {
  const auto text = text_of(example());
  ASSERT_TRUE(text) << text.error().message;
  auto sorted = example();
  sorted.targets = {"n1", "n2"};
  EXPECT_EQ(*text, *text_of(sorted));
  const auto back = parse(*text);
  ASSERT_TRUE(back) << back.error().message;
  EXPECT_EQ(*text_of(*back), *text);
  EXPECT_EQ(back->arguments, example().arguments);
  EXPECT_EQ(back->targets, sorted.targets);
}

TEST(StatementTest, NothingHidesInItsText) {
  const auto text = *text_of(example());
  EXPECT_FALSE(parse(" " + text)) << "blanks";
  EXPECT_FALSE(parse("{\"more\":1," + text.substr(1))) << "a member that nobody is shown";
  EXPECT_FALSE(parse("{\"action\":\"status\"," + text.substr(1))) << "a member twice";
  EXPECT_FALSE(parse(""));
  EXPECT_FALSE(parse("[]"));
  auto number = text;
  number.replace(number.find("1.0"), 3, "1e0");
  EXPECT_FALSE(parse(number)) << "a number written otherwise";
}

TEST(StatementTest, NamesTimesAndSizesAreChecked) {
  const auto refused = [](auto change) {
    auto statement = example();
    change(statement);
    return !text_of(statement);
  };
  EXPECT_TRUE(refused([](Statement& one) { one.id = "0123456789abcdeF"; }));
  EXPECT_TRUE(refused([](Statement& one) { one.caller = "a b"; }));
  EXPECT_TRUE(refused([](Statement& one) { one.collective = "#"; }));
  EXPECT_TRUE(refused([](Statement& one) { one.action = ""; }));
  EXPECT_TRUE(refused([](Statement& one) { one.arguments = Value::array(); }));
  EXPECT_TRUE(refused([](Statement& one) { ++one.until_ms; })) << "longer than a day";
  EXPECT_TRUE(refused([](Statement& one) { one.until_ms = one.asked_at_ms; }));
  EXPECT_TRUE(refused([](Statement& one) { one.asked_at_ms = 0; }));
  EXPECT_TRUE(refused([](Statement& one) { one.targets.assign(kTargetsMax + 1, "n1"); }));
  EXPECT_TRUE(refused(
      [](Statement& one) { one.arguments["text"] = std::string(kStatementMaxBytes, 'x'); }));
  EXPECT_TRUE(refused([](Statement& one) { one.arguments["text"] = "\xff"; }));
}

TEST(StatementTest, IsForExactlyOneRequest) {
  const auto statement = *parse(*text_of(example()));
  messages::Request wire;
  wire.caller = "alice";
  wire.collective = "main";
  wire.agent = "puppet";
  wire.action = "runonce";
  wire.filter.facts.push_back("country=de");
  wire.targets.push_back("n2");
  wire.targets.push_back("n1");
  const auto why = [&](auto change, Value arguments = example().arguments) {
    auto changed = wire;
    change(changed);
    return why_not_for(statement, changed, arguments);
  };
  const auto nothing = [](messages::Request&) {};
  EXPECT_EQ(why(nothing), "");
  EXPECT_THAT(why([](auto& one) { one.caller = "bob"; }), HasSubstr("of alice"));
  EXPECT_THAT(why([](auto& one) { one.collective = "lab"; }), HasSubstr("collective main"));
  EXPECT_THAT(why([](auto& one) { one.action = "disable"; }), HasSubstr("puppet#runonce"));
  EXPECT_THAT(why([](auto& one) { one.filter.classes.push_back("web"); }),
              HasSubstr("another filter"));
  EXPECT_THAT(why([](auto& one) { one.filter = {}; }), HasSubstr("another filter"));
  EXPECT_THAT(why([](auto& one) { one.targets.push_back("n3"); }), HasSubstr("other nodes"));
  EXPECT_THAT(why([](auto& one) { one.targets = {}; }), HasSubstr("other nodes"));
  auto other = example().arguments;
  other["share"] = 1;
  EXPECT_THAT(why(nothing, other), HasSubstr("other arguments")) << "another type is another value";
}

TEST(StatementTest, IsGoodFromAskingToItsEnd) {
  const auto statement = example();
  EXPECT_EQ(why_not_now(statement, statement.until_ms), "");
  EXPECT_THAT(why_not_now(statement, statement.until_ms + 90'000), HasSubstr("ended 2 min ago"));
  EXPECT_EQ(why_not_now(statement, statement.asked_at_ms - kSkewMaxMs), "");
  EXPECT_THAT(why_not_now(statement, statement.asked_at_ms - kSkewMaxMs - 1), HasSubstr("ahead"));
}

}  // namespace
}  // namespace muster::approval
