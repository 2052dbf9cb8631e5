#include "orchestrator/cli/render/notifications.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/cli/render/plain_style.hpp"

namespace muster::cli::render {
namespace {

using testing::HasSubstr;
using testing::Not;

client::ControlAnswer answer_of(const std::string& orchestrator, Value data) {
  client::ControlAnswer answer;
  answer.orchestrator = orchestrator;
  answer.outcome = client::Outcome::ok;
  answer.data = std::move(data);
  return answer;
}

client::ControlAnswer refusal_of(const std::string& orchestrator, const std::string& why) {
  client::ControlAnswer answer;
  answer.orchestrator = orchestrator;
  answer.message = why;
  return answer;
}

Value some_unsent() {
  return {{"notifications",
           {{{"id", "run1.failed-5"},
             {"target", "mailto:ops@example.com"},
             {"subject", "web1 could not\nbe provisioned"},
             {"state", "failed"},
             {"tries", 3},
             {"age_ms", 125'000},
             {"reason", "wrong 'user'\nor password"}}}},
          {"waiting", 1},
          {"failed", 2}};
}

TEST(NotificationsTextTest, EachHasItsIdAgeAndReasonAndTheSumsAreOfAllOrchestrators) {
  const auto unsent = unsent_of({answer_of("o1", some_unsent()), answer_of("o2", some_unsent()),
                                 refusal_of("o3", "not for you")});
  EXPECT_THAT(unsent.told, testing::ElementsAre("o1", "o2"));
  EXPECT_EQ(unsent.document.at("orchestrators").at(0),
            (Value{{"orchestrator", "o1"}, {"outcome", "ok"}, {"message", ""}}));
  EXPECT_EQ(unsent.document.at("orchestrators").at(2).at("message"), "not for you");
  EXPECT_THAT(unsent.refusals, testing::ElementsAre("o3: not for you"));
  EXPECT_EQ(unsent.document.at("notifications").at(1).at("orchestrator"), "o2");
  const auto text = unsent_text(unsent, false, kPlain, 200);
  EXPECT_THAT(text, HasSubstr("failed  2 min 05 s  3      o2            mailto:ops@example.com\n"));
  EXPECT_THAT(text, HasSubstr("\n   id      run1.failed-5\n"));
  EXPECT_THAT(text, HasSubstr("\n   reason  wrong 'user' or password\n")) << "it writes no line";
  EXPECT_THAT(text, Not(HasSubstr("web1")));
  EXPECT_THAT(text, HasSubstr("\n4 could not be sent, 2 wait. "));
  EXPECT_THAT(text, testing::EndsWith("\nBy o1, o2\n")) << "who is not named did not answer";
  EXPECT_THAT(unsent_text(unsent, true, kPlain, 200),
              HasSubstr("\n   says    web1 could not be provisioned\n"));
}

TEST(NotificationsTextTest, NothingIsSaidToBeNothing) {
  const auto unsent = unsent_of({answer_of("o1", Value::object())});
  EXPECT_EQ(unsent_text(unsent, false, kPlain, 80),
            "Nothing waits to be sent, and nothing could not be\nBy o1\n");
}

TEST(NotificationsTextTest, WhoTriesAgainIsNamedWithHowMany) {
  const auto tried = tried_of({answer_of("o1", {{"failed", 2}, {"waiting", 1}}),
                               refusal_of("o2", "no notification has failed or waits")});
  EXPECT_EQ(tried.text, "o1 tries now: 2 that could not be sent, 1 that waited\n");
  EXPECT_EQ(tried.document.at("orchestrators").size(), 2U);
  EXPECT_EQ(tried_of({refusal_of("o2", "none")}).text, "");
}

TEST(NotificationsTextTest, AnAnswerOfAnotherFormIsNoCrash) {
  for (const auto& odd : {Value(), Value::array({1}), Value{{"notifications", 3}, {"failed", "x"}},
                          Value{{"notifications", {1, {{"id", 7}}}}}}) {
    EXPECT_NO_THROW(unsent_text(unsent_of({answer_of("o1", odd)}), true, kPlain, 80));
    EXPECT_NO_THROW(tried_of({answer_of("o1", odd)}));
  }
}

}  // namespace
}  // namespace muster::cli::render
