// What people and `muster events` hear of a certificate or a token that ends soon.
#include "orchestrator/daemon/warn_of_endings.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/fakes/temp_folder.hpp"
#include "tests/support/fakes/wait_until.hpp"
#include "tests/unit/client/client_lab.hpp"

namespace muster::daemon {
namespace {

using testing::AllOf;
using testing::HasSubstr;

constexpr std::int64_t kDayMs = 24LL * 3600 * 1000;

struct SilentNotifier final : plugins::Notifier {
  Status send(const plugins::Notification&) override { return {}; }
};

class WarnOfEndingsTest : public testing::Test {
 protected:
  client::Depends depends() {
    x509::IssueSpec spec;
    spec.common_name = "orchestrator1";
    spec.valid_for = std::chrono::hours(24 * 10 + 12);
    client::Depends depends{{ca_.issue(spec).certificate}, {}, {}};
    const auto now = clock_.unix_ms();
    depends.tokens = {{"t1", now - 20 * kDayMs, now + 5 * kDayMs + kDayMs / 2}};
    return depends;
  }

  client::ClientLab lab_;
  const base::SystemClock clock_;
  const test::TestCa ca_{"Muster orchestrator root"};
  const fakes::TempFolder folder_;
};

TEST_F(WarnOfEndingsTest, WhatEndsSoonIsAnEventAndANotificationEachTimeWithTheSameId) {
  notify::NotifyConfig config;
  config.targets = {"file://" + (folder_ / "told").string()};
  const auto deliverer =
      notify::Deliverer::open(folder_ / "outbox.db", config, clock_,
                              [](const std::string&) -> Result<std::unique_ptr<plugins::Notifier>> {
                                return std::make_unique<SilentNotifier>();
                              });
  ASSERT_TRUE(deliverer) << deliverer.error().message;
  std::mutex mutex;
  std::vector<client::LifecycleEvent> heard;
  const auto events = client::Events::watch(lab_.link(), [&](const auto& event) {
    const std::lock_guard lock(mutex);
    heard.push_back(event);
  });
  ASSERT_TRUE(events);
  const auto soon = depends();
  warn_of_endings(lab_.orchestrator(), soon, **deliverer);
  warn_of_endings(lab_.orchestrator(), soon, **deliverer);
  ASSERT_TRUE((*events)->drain(fakes::kPatience));
  const std::lock_guard lock(mutex);
  ASSERT_EQ(heard.size(), 4U);
  for (const auto& event : heard) {
    EXPECT_EQ(event.type, "expiring");
    EXPECT_EQ(event.identity, lab_.orchestrator().caller());
  }
  EXPECT_EQ(heard[0].data.at("what"), "the join token 't1'");
  EXPECT_EQ(heard[0].data.at("fingerprint"), "t1");
  EXPECT_EQ(heard[0].data.at("days_left"), 5);
  EXPECT_EQ(heard[1].data.at("what"), "the certificate of 'orchestrator1'");
  EXPECT_EQ(heard[1].data.at("days_left"), 10);
  EXPECT_EQ(heard[0].id, heard[2].id) << "who hears it again can drop it";
  const auto told = (*deliverer)->recent(10);
  ASSERT_TRUE(told);
  EXPECT_EQ(told->size(), 2U) << "people are told once for each step";
}

TEST_F(WarnOfEndingsTest, TheNotificationSaysWhatEndsWhenAndWhatToDo) {
  const auto soon = client::ending_soon(depends(), clock_.unix_ms());
  ASSERT_EQ(soon.size(), 2U);
  const auto token = ending_notification(soon[0]);
  EXPECT_EQ(token.id, "expiring-t1-7");
  EXPECT_EQ(token.subject, "the join token 't1' ends soon");
  EXPECT_THAT(token.text,
              AllOf(HasSubstr("ends in 5 days, on 20"), HasSubstr("muster token create")));
  auto over = soon[1];
  over.days_left = -1;
  EXPECT_EQ(ending_notification(over).subject, "the certificate of 'orchestrator1' has ended");
  EXPECT_EQ(ending_event(soon[1], "orchestrator1").id, ending_notification(soon[1]).id);
}

}  // namespace
}  // namespace muster::daemon
