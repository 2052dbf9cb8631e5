// Mail through a real Exim into a real mailbox.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "plugins/notifiers/notifiers.hpp"
#include "tests/integration/notify/lab.hpp"
#include "tests/integration/notify/silent_server.hpp"
#include "tests/support/fakes/wait_until.hpp"

namespace muster::notify::lab {
namespace {

using fakes::wait_until;
using testing::HasSubstr;
using testing::Not;

const plugins::Notification kReady{"provisioned-web1-1",
                                   "web1 is in production: schöne Grüße",
                                   "node web1\n.\n.hidden dot\nFrom here on: =\n",
                                   {}};

class EmailTest : public testing::Test {
 protected:
  EmailTest() : server_(lab_) {
    config_.email.server = server_.url();
    config_.email.from = "muster@example.com";
    config_.email.ca_file = lab_.ca_file();
    config_.email.user = "muster";
    config_.email.password_file = lab_.password_file();
  }
  Status send(const plugins::Notification& notification = kReady,
              const std::string& target = "mailto:ops@example.com") {
    MUSTER_ASSIGN(const auto notifier, notifiers::make_notifier(target, config_));
    return notifier->send(notification);
  }
  Error problem(const std::string& target = "mailto:ops@example.com") {
    const auto sent = send(kReady, target);
    return sent ? Error{Errc::unknown, "it was sent"} : sent.error();
  }

  const Lab lab_;
  MailServer server_;
  notifiers::NotifierConfig config_;
};

TEST_F(EmailTest, ArrivesInTheMailboxWithItsHeaders) {
  server_.start();
  const auto sent = send();
  ASSERT_TRUE(sent) << sent.error().message;
  ASSERT_TRUE(wait_until([&] { return server_.messages().size() == 1; }));
  const auto mail = server_.messages().front();
  EXPECT_THAT(mail, HasSubstr("\nMessage-ID: <provisioned-web1-1@example.com>\n"));
  EXPECT_THAT(mail, HasSubstr("\nFrom: Muster <muster@example.com>\n"));
  EXPECT_THAT(mail, HasSubstr("\nTo: <ops@example.com>\n"));
  EXPECT_THAT(mail, HasSubstr("\nSubject: =?UTF-8?B?"));
  EXPECT_THAT(mail, HasSubstr("\nDate: "));
  EXPECT_THAT(mail, HasSubstr("Return-path: <muster@example.com>"));
  EXPECT_THAT(mail, HasSubstr("with esmtpsa")) << "encrypted and authenticated";
  EXPECT_THAT(mail, HasSubstr("\n\nnode web1\n.\n.hidden dot\nFrom here on: =\n"));
}

TEST_F(EmailTest, ASubjectCannotAddHeadersOrRecipients) {
  server_.start();
  ASSERT_TRUE(send({"id\r\nX-Evil: 1", "a\r\nBcc: spy@example.com\r\n\r\nbody", "t", {}}));
  ASSERT_TRUE(wait_until([&] { return server_.messages().size() == 1; }));
  const auto mail = server_.messages().front();
  EXPECT_THAT(mail, Not(HasSubstr("\nBcc:")));
  EXPECT_THAT(mail, Not(HasSubstr("\nX-Evil:")));
}

TEST_F(EmailTest, AWrongPasswordIsForAPersonToMendAndNeverShown) {
  server_.start();
  config_.email.password_file = lab_.wrong_password_file();
  const auto error = problem();
  EXPECT_EQ(error.code, Errc::config) << error.message;
  EXPECT_THAT(error.message, HasSubstr("password"));
  EXPECT_THAT(error.message, Not(HasSubstr("battery")));
}

TEST_F(EmailTest, ACertificateOfAnotherCaIsRefused) {
  server_.start();
  test::TestCa("Another CA").holder().write(lab_.folder().path(), "another");
  config_.email.ca_file = lab_.file("another.pem");
  const auto error = problem();
  EXPECT_EQ(error.code, Errc::refused) << error.message;
  EXPECT_THAT(error.message, HasSubstr("not trusted"));
  EXPECT_TRUE(server_.messages().empty());
}

TEST_F(EmailTest, ACertificateForAnotherNameIsRefused) {
  MailServer stranger(lab_, "stranger");
  stranger.start();
  config_.email.server = stranger.url();
  const auto error = problem();
  EXPECT_EQ(error.code, Errc::refused) << error.message;
  EXPECT_THAT(error.message, HasSubstr("127.0.0.1"));
  EXPECT_TRUE(stranger.messages().empty());
}

TEST_F(EmailTest, AnUnknownMailboxIsRefusedWithTheServersWords) {
  server_.start();
  const auto error = problem("mailto:nobody@example.com");
  EXPECT_EQ(error.code, Errc::refused) << error.message;
  EXPECT_THAT(error.message, HasSubstr("550 no such mailbox here"));
}

TEST_F(EmailTest, WithoutLoginTheServerRefuses) {
  server_.start();
  config_.email.user = "";
  config_.email.password_file = "";
  const auto error = problem();
  EXPECT_EQ(error.code, Errc::refused) << error.message;
  EXPECT_THAT(error.message, HasSubstr("authentication required"));
}

TEST_F(EmailTest, AServerThatIsDownIsWorthTryingAgain) {
  const auto error = problem();
  EXPECT_EQ(error.code, Errc::unavailable) << error.message;
  EXPECT_THAT(error.message, HasSubstr(server_.url()));
}

TEST_F(EmailTest, AHostThatDoesNotExistIsWorthTryingAgain) {
  config_.email.server = "smtp://mail.invalid:25";
  const auto error = problem();
  EXPECT_EQ(error.code, Errc::unavailable) << error.message;
  EXPECT_THAT(error.message, HasSubstr("resolve"));
}

TEST_F(EmailTest, AServerWithoutStartTlsGetsNothing) {
  const SilentServer plain("220 plain ESMTP\r\n", "EHLO", "250-plain\r\n250 AUTH PLAIN LOGIN\r\n");
  config_.email.server = "smtp://127.0.0.1:" + std::to_string(plain.port());
  const auto error = problem();
  EXPECT_EQ(error.code, Errc::refused) << error.message;
  EXPECT_THAT(error.message, HasSubstr("STARTTLS"));
}

TEST_F(EmailTest, AServerThatHangsTimesOut) {
  const SilentServer silent("", "", "");
  config_.email.server = "smtp://127.0.0.1:" + std::to_string(silent.port());
  config_.email.timeout = std::chrono::seconds(1);
  EXPECT_EQ(problem().code, Errc::timeout);
}

TEST_F(EmailTest, AServerThatHangsInTheHandshakeTimesOut) {
  const SilentServer silent("220 hi\r\n", "EHLO", "250 STARTTLS\r\n220 go ahead\r\n");
  config_.email.server = "smtp://127.0.0.1:" + std::to_string(silent.port());
  config_.email.timeout = std::chrono::seconds(1);
  EXPECT_NE(problem().message, "it was sent");
}

}  // namespace
}  // namespace muster::notify::lab
