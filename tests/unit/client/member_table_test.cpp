#include "orchestrator/client/member_table.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace muster::client {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;
using Names = std::vector<std::string>;

class MemberTableTest : public testing::Test {
 protected:
  static Member member(const std::string& identity, const Value& facts = Value::object()) {
    Member member;
    member.identity = identity;
    member.session = "s1";
    member.sent_at_ms = 1;
    member.agents = {"rpcutil"};
    member.facts = facts;
    member.believed_until = MemberTable::TimePoint(1min);
    return member;
  }
  MemberChange put(const Member& member) {
    auto kept = std::make_shared<Member>(member);
    kept->keys = MemberIndex::keys_of(*kept);
    return table_.put(std::move(kept), now_).value().value();
  }
  Names matching(const filter::Text& text) const {
    Names names;
    for (const auto& member : table_.matching(filter::Filter::parse(text).value(), now_))
      names.push_back(member->identity);
    return names;
  }

  Names having(const char* fact) const {
    return table_.having(filter::Filter::parse({.facts = {fact}}).value().lookups().at(0));
  }

  MemberTable::TimePoint now_{};
  MemberTable table_{3, Indexed::yes};
};

TEST_F(MemberTableTest, AChangeSaysWhatChanged) {
  EXPECT_TRUE(put(member("n1")).came());
  EXPECT_TRUE(put(member("n1")).shown_again());
  auto next = member("n1", {{"country", "de"}});
  EXPECT_TRUE(put(next).facts);
  next.agents.push_back("puppetca");
  const auto agents = put(next);
  EXPECT_TRUE(agents.agents);
  EXPECT_FALSE(agents.facts);
  EXPECT_TRUE(agents.concerns("puppetca"));
  next.certificate_fingerprint = "another";
  EXPECT_TRUE(put(next).certificate);
  next.session = "s2";
  EXPECT_TRUE(put(next).other);
  const auto left = table_.remove("n1").value();
  EXPECT_TRUE(left.left());
  EXPECT_TRUE(left.concerns("puppetca"));
  EXPECT_FALSE(table_.remove("n1"));
}

TEST_F(MemberTableTest, WhoIsLookedAtStaysAsItWas) {
  put(member("n1", {{"country", "de"}}));
  const auto seen = table_.find("n1", now_);
  put(member("n1", {{"country", "us"}}));
  EXPECT_EQ(seen->facts.at("country"), "de");
  EXPECT_EQ(table_.find("n1", now_)->facts.at("country"), "us");
}

TEST_F(MemberTableTest, AnOlderOneOfItsSessionReplacesNothing) {
  auto newer = member("n1");
  newer.sent_at_ms = 2;
  put(newer);
  EXPECT_FALSE(table_.put(std::make_shared<const Member>(member("n1")), now_).value());
}

TEST_F(MemberTableTest, WhoIsBelievedNoMoreIsNobodyAndComesAnew) {
  put(member("n1"));
  auto longer = member("n2");
  longer.believed_until = MemberTable::TimePoint(2min);
  put(longer);
  now_ += 1min;
  EXPECT_EQ(table_.find("n1", now_), nullptr);
  EXPECT_EQ(table_.size(now_), 1U);
  EXPECT_THAT(table_.silent(now_), ElementsAre("n1"));
  EXPECT_THAT(matching({}), ElementsAre("n2"));
  auto again = member("n1");
  again.believed_until = MemberTable::TimePoint(3min);
  EXPECT_TRUE(put(again).came());
  EXPECT_THAT(table_.silent(now_), IsEmpty());
}

TEST_F(MemberTableTest, ItHoldsAsManyAsItMay) {
  for (const auto* name : {"n1", "n2", "n3"}) put(member(name));
  EXPECT_EQ(table_.put(std::make_shared<const Member>(member("n4")), now_).error().code,
            Errc::limit);
  EXPECT_TRUE(put(member("n3")).shown_again()) << "who is known may show itself";
}

TEST_F(MemberTableTest, WhoIsLookedUpIsWhoMatches) {
  put(member("n1", {{"country", "de"}, {"os", {{"family", "Debian"}}}, {"tags", {"a", "b"}}}));
  put(member("n2", {{"country", "us"}, {"os.family", "Debian"}}));
  put(member("n3", {{"country", "de"}, {"tags", {{"a", 1}}}}));
  EXPECT_THAT(matching({.facts = {"country=de"}}), ElementsAre("n1", "n3"));
  EXPECT_THAT(matching({.facts = {"os.family=Debian"}}), ElementsAre("n1", "n2"));
  EXPECT_THAT(matching({.facts = {"tags=a"}}), ElementsAre("n1", "n3"));
  EXPECT_THAT(matching({.facts = {"tags.1=b"}}), ElementsAre("n1"));
  EXPECT_THAT(matching({.facts = {"country!=us"}}), ElementsAre("n1", "n3"));
  EXPECT_THAT(matching({.compounds = {"country=de and os.family=Debian"}}), ElementsAre("n1"));
  EXPECT_THAT(matching({.compounds = {"country=us or os.family=Debian"}}), ElementsAre("n1", "n2"));
  EXPECT_THAT(matching({.agents = {"rpcutil"}}), ElementsAre("n1", "n2", "n3"));
  EXPECT_THAT(matching({.agents = {"puppet"}}), IsEmpty());
}

TEST_F(MemberTableTest, WhatIsNotSoAnyMoreIsNotFound) {
  put(member("n1", {{"country", "de"}}));
  put(member("n1", {{"country", "us"}}));
  EXPECT_THAT(having("country=de"), IsEmpty());
  EXPECT_THAT(having("country=us"), ElementsAre("n1"));
  table_.remove("n1");
  EXPECT_THAT(having("country=us"), IsEmpty());
}

// 1 and 1.0 are equal, and not the same text.
TEST_F(MemberTableTest, EqualNumbersThatAreWrittenDifferentlyLeaveNothingBehind) {
  put(member("n1", {{"x", 1}}));
  put(member("n1", {{"x", 1.0}}));
  EXPECT_THAT(having("x=1"), IsEmpty());
  EXPECT_THAT(having("x=1.0"), ElementsAre("n1"));
  table_.remove("n1");
  EXPECT_THAT(having("x=1.0"), IsEmpty());
}

TEST_F(MemberTableTest, WhoHasMoreThanIsIndexedMayMatchWhateverIsLookedUp) {
  auto many = Value::array();
  for (std::size_t i = 0; i <= kIndexedKeysMax; ++i) many.push_back(i);
  put(member("n1", {{"country", "de"}}));
  put(member("n2", {{"many", many}}));
  EXPECT_THAT(having("country=de"), ElementsAre("n1", "n2"));
  EXPECT_THAT(matching({.facts = {"country=de"}}), ElementsAre("n1"));
  EXPECT_THAT(matching({.facts = {"many=77"}}), ElementsAre("n2"));
  table_.remove("n2");
  EXPECT_THAT(having("country=de"), ElementsAre("n1"));
}

}  // namespace
}  // namespace muster::client
