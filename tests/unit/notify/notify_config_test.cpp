#include "orchestrator/notify/notify_config.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/fakes/temp_folder.hpp"

namespace muster::notify {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class NotifyConfigTest : public testing::Test {
 protected:
  Result<NotifyConfig> parse(const std::string& text) {
    auto map = base::StrictMap::from_text(text, "o.yaml");
    if (!map) return fail(map.error());
    NotifyConfig config;
    map->map("notify", [&](base::StrictMap& notify) { read(notify, config); });
    MUSTER_TRY(map->finish());
    return config;
  }
  std::string problem(const std::string& text) {
    const auto parsed = parse(text);
    return parsed ? "no problem" : parsed.error().message;
  }
  std::string mail() const {
    return "  email: {server: 'smtp://mail.example.com:587', from: muster@example.com}\n";
  }

  fakes::TempFolder folder_;
};

TEST_F(NotifyConfigTest, EverythingHasADefaultButTheTargets) {
  const auto config = parse("notify:\n  targets: 'mailto:ops@example.com'\n" + mail());
  ASSERT_TRUE(config) << config.error().message;
  EXPECT_THAT(config->targets, ElementsAre("mailto:ops@example.com"));
  EXPECT_EQ(config->digest.above, 10);
  EXPECT_EQ(config->kinds.email.tls, notifiers::email::Tls::required);
}

TEST_F(NotifyConfigTest, EveryKeyIsRead) {
  const auto password = folder_.write("pw", "secret\n", 0600).string();
  const auto config = parse(
      "notify:\n  targets: ['mailto:ops@example.com', 'xmpp:room@conference.example.com?join']\n"
      "  digest_above: 5\n  digest_window_s: 60\n  retry_first_s: 1\n  retry_most_s: 2\n  "
      "waiting_max: 7\n"
      "  tries_max: 8\n  age_max_h: 9\n  keep_h: 10\n"
      "  email: {server: 'smtp://mail.example.com', from: m@example.com, tls: required, user: u, "
      "password_file: " +
      password + ", ca_file: " + password +
      ", timeout_s: 3}\n"
      "  xmpp: {account: m@example.com, password_file: " +
      password +
      ", server: 'chat.example.com:5223', "
      "ca_file: " +
      password + ", nick: bot, room_password_file: " + password + ", timeout_s: 4}\n");
  ASSERT_TRUE(config) << config.error().message;
  EXPECT_EQ(config->targets.size(), 2U);
  EXPECT_EQ(config->digest.above, 5);
  EXPECT_EQ(config->digest.window, std::chrono::seconds(60));
  EXPECT_EQ(config->retry_most, std::chrono::seconds(2));
  EXPECT_EQ(config->limits.waiting_max, 7);
  EXPECT_EQ(config->limits.tries_max, 8);
  EXPECT_EQ(config->limits.age_max, std::chrono::hours(9));
  EXPECT_EQ(config->limits.keep, std::chrono::hours(10));
  EXPECT_EQ(config->kinds.email.timeout, std::chrono::seconds(3));
  EXPECT_EQ(config->kinds.xmpp.nick, "bot");
  EXPECT_EQ(config->kinds.xmpp.timeout, std::chrono::seconds(4));
}

TEST_F(NotifyConfigTest, AnUnknownKeyIsAnErrorWithPlaceAndNearest) {
  const auto said = problem("notify:\n  tragets: []\n");
  EXPECT_THAT(said, HasSubstr("o.yaml:2"));
  EXPECT_THAT(said, HasSubstr("'targets'"));
}

TEST_F(NotifyConfigTest, AnUnknownKeyOfAKindIsAnErrorWithPlaceAndNearest) {
  const auto said = problem("notify:\n  email:\n    sever: x\n");
  EXPECT_THAT(said, HasSubstr("o.yaml:3"));
  EXPECT_THAT(said, HasSubstr("'server'"));
}

TEST_F(NotifyConfigTest, AnUnknownKindOfTargetIsAnErrorWithPlaceAndNearest) {
  const auto said = problem("notify:\n  targets: ['mailt:ops@example.com']\n" + mail());
  EXPECT_THAT(said, HasSubstr("o.yaml:2"));
  EXPECT_THAT(said, HasSubstr("did you mean 'mailto'?"));
}

TEST_F(NotifyConfigTest, ATargetWhoseKindHasNoSettingsIsAnError) {
  EXPECT_THAT(problem("notify:\n  targets: ['xmpp:ops@example.com']\n" + mail()),
              HasSubstr("'xmpp' has no 'account'"));
}

TEST_F(NotifyConfigTest, ATargetThatStandsTwiceIsAnError) {
  EXPECT_THAT(problem("notify:\n  targets: ['mailto:a@b.c', 'mailto:a@b.c']\n" + mail()),
              HasSubstr("twice"));
}

TEST_F(NotifyConfigTest, ValuesOutOfRangeAreErrors) {
  EXPECT_THAT(problem("notify:\n  digest_above: 0\n"), HasSubstr("o.yaml:2"));
  EXPECT_THAT(problem("notify:\n  retry_first_s: 10\n  retry_most_s: 5\n"),
              HasSubstr("retry_most_s"));
}

}  // namespace
}  // namespace muster::notify
