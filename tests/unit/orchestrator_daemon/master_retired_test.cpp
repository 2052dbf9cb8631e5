#include "orchestrator/daemon/master_retired.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <set>

namespace muster::daemon {
namespace {

using testing::HasSubstr;
using What = provision::RetirementNews::What;

provision::RetirementNews news_of(What what) {
  return {what,
          "id-1",
          {.master = "m1.de", .ca = "abcd", .retired_by = "alice", .retired_at_ms = 1},
          "n1: away\n"};
}

TEST(MasterRetiredTest, ThatItMayBeTakenDownIsToldWithTheIdOfTheNews) {
  const auto told = retirement_notification(news_of(What::may_go));
  EXPECT_EQ(told.id, "id-1");
  EXPECT_EQ(told.subject, "m1.de may be taken down");
  EXPECT_EQ(told.data.at("state"), "may-go");
  EXPECT_THAT(told.text, HasSubstr("alice retired the master m1.de"));
  const auto event = retirement_event(news_of(What::may_go));
  EXPECT_EQ(event.id, told.id);
  EXPECT_EQ(event.type, "master-retired");
  EXPECT_EQ(event.identity, "m1.de");
}

TEST(MasterRetiredTest, EachStateHasItsOwnWordsAndSaysWhoStays) {
  std::set<std::string> subjects;
  std::set<std::string> states;
  for (const auto what :
       {What::no_other_master, What::stuck, What::only_debts, What::may_go, What::stays}) {
    const auto told = retirement_notification(news_of(what));
    subjects.insert(told.subject);
    states.insert(told.data.at("state").get<std::string>());
    EXPECT_THAT(told.text, HasSubstr("n1: away"));
  }
  EXPECT_EQ(subjects.size(), 5U);
  EXPECT_EQ(states.size(), 5U);
}

}  // namespace
}  // namespace muster::daemon
