#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "plugins/notifiers/email/config.hpp"
#include "plugins/notifiers/email/email_notifier.hpp"
#include "tests/support/fakes/temp_folder.hpp"

namespace muster::notifiers::email {
namespace {

using testing::HasSubstr;

class EmailConfigTest : public testing::Test {
 protected:
  EmailConfigTest() {
    config_.server = "smtp://mail.example.com:587";
    config_.from = "muster@example.com";
  }
  std::string problem() {
    const auto checked = check(config_);
    return checked ? "no problem" : checked.error().message;
  }
  std::string read_problem(const std::string& text) {
    auto map = base::StrictMap::from_text(text, "email.yaml");
    if (!map) return map.error().message;
    Config config;
    read(*map, config);
    const auto done = map->finish();
    return done ? "no problem" : done.error().message;
  }

  fakes::TempFolder folder_;
  Config config_;
};

TEST_F(EmailConfigTest, ServerAndSenderAreEnough) {
  EXPECT_EQ(problem(), "no problem");
}

TEST_F(EmailConfigTest, AMissingServerOrSenderIsAnError) {
  config_.from = "";
  EXPECT_THAT(problem(), HasSubstr("'from'"));
  config_.server = "";
  EXPECT_THAT(problem(), HasSubstr("'server'"));
}

TEST_F(EmailConfigTest, APasswordNeverTravelsInClearText) {
  config_.user = "muster";
  config_.password_file = folder_.write("pw", "secret", 0600);
  EXPECT_EQ(problem(), "no problem");
  for (const auto tls : {Tls::optional, Tls::none}) {
    config_.tls = tls;
    EXPECT_THAT(problem(), HasSubstr("clear text"));
  }
}

TEST_F(EmailConfigTest, UserAndPasswordFileGoTogether) {
  config_.user = "muster";
  EXPECT_THAT(problem(), HasSubstr("go together"));
}

TEST_F(EmailConfigTest, FilesThatCannotBeReadAreErrors) {
  config_.ca_file = folder_ / "no-ca.pem";
  EXPECT_THAT(problem(), HasSubstr("no-ca.pem"));
}

TEST_F(EmailConfigTest, ImplicitTlsCannotBeOptional) {
  config_.server = "smtps://mail.example.com";
  config_.tls = Tls::optional;
  EXPECT_THAT(problem(), HasSubstr("always encrypted"));
}

TEST_F(EmailConfigTest, BadValuesNameTheirLineAndTheNearestWord) {
  EXPECT_THAT(read_problem("\ntls: requird\n"), HasSubstr("email.yaml:2"));
  EXPECT_THAT(read_problem("tls: requird\n"), HasSubstr("did you mean 'required'?"));
  EXPECT_THAT(read_problem("server: mail.example.com\n"), HasSubstr("smtp://HOST:PORT"));
  EXPECT_THAT(read_problem("server: 'smtp://a b'\n"), HasSubstr("email.yaml:1"));
  EXPECT_THAT(read_problem("from: nobody\n"), HasSubstr("not a mail address"));
  EXPECT_THAT(read_problem("timeout_s: 31\n"), HasSubstr("timeout_s"));
}

TEST_F(EmailConfigTest, ATargetIsOneAddress) {
  EXPECT_TRUE(make_notifier("mailto:ops@example.com", config_));
  EXPECT_TRUE(make_notifier("mailto:ops%2Bnight@example.com", config_));
  for (const char* target :
       {"mailto:", "mailto:ops", "mailto:a@b@c", "mailto:ops@example.com?cc=x@y.z",
        "mailto:a@b.c,d@e.f", "mailto:ops@example.com%0D%0ABcc:x@y.z", "mailto:ops@exa mple.com",
        "mailto:.a@b.c", "mailto:a..b@c.d"})
    EXPECT_EQ(make_notifier(target, config_).error().code, Errc::config) << target;
}

}  // namespace
}  // namespace muster::notifiers::email
