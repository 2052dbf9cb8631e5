// Chat through a real Prosody, seen by another client.
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

const std::string kOps = "xmpp:ops@chat.test";
const std::string kOpen = "xmpp:open@conference.chat.test?join";
const std::string kClosed = "xmpp:closed@conference.chat.test?join";
const plugins::Notification kChatted{
    "provisioned-web1-1", "web1 is in production", "took <5 s> & no\x01 more", {}};

class XmppTest : public testing::Test {
 protected:
  XmppTest() : server_(lab_) {
    config_.xmpp.account = "muster@chat.test";
    config_.xmpp.password_file = lab_.password_file();
    config_.xmpp.server = server_.endpoint();
    config_.xmpp.ca_file = lab_.ca_file();
  }
  Status send(const std::string& target) {
    MUSTER_ASSIGN(const auto notifier, notifiers::make_notifier(target, config_));
    return notifier->send(kChatted);
  }
  Error problem(const std::string& target = kOps) {
    const auto sent = send(target);
    return sent ? Error{Errc::unknown, "it was sent"} : sent.error();
  }
  std::vector<std::string> listen_command() const {
    return {MUSTER_LISTEN_PROGRAM,
            "--account",
            "ops@chat.test",
            "--password-file",
            lab_.password_file(),
            "--server",
            server_.endpoint(),
            "--ca-file",
            lab_.ca_file(),
            "--messages",
            "1"};
  }

  const Lab lab_;
  const ChatServer server_;
  notifiers::NotifierConfig config_;
};

bool ready(Process& listener) {
  return wait_until([&] { return listener.output().find("ready\n") != std::string::npos; });
}

TEST_F(XmppTest, AMessageReachesAPerson) {
  Process listener(listen_command(), lab_.file("heard"));
  ASSERT_TRUE(ready(listener)) << listener.output();
  const auto sent = send(kOps);
  ASSERT_TRUE(sent) << sent.error().message;
  EXPECT_EQ(listener.wait(), 0) << listener.output();
  EXPECT_THAT(listener.output(), HasSubstr("muster@chat.test/"));
  EXPECT_THAT(listener.output(),
              HasSubstr("\tweb1 is in production\\ntook <5 s> & no\\\\x01 more\n"));
}

TEST_F(XmppTest, AMessageReachesARoom) {
  auto command = listen_command();
  command.insert(command.end(), {"--room", "open@conference.chat.test"});
  Process listener(command, lab_.file("heard"));
  ASSERT_TRUE(ready(listener)) << listener.output();
  const auto sent = send(kOpen);
  ASSERT_TRUE(sent) << sent.error().message;
  EXPECT_EQ(listener.wait(), 0) << listener.output();
  EXPECT_THAT(listener.output(),
              HasSubstr("open@conference.chat.test/muster\tweb1 is in production"));
}

TEST_F(XmppTest, ARoomCanBeVisitedAgainAndAgain) {
  for (int i = 0; i < 3; ++i) {
    const auto sent = send(kOpen);
    ASSERT_TRUE(sent) << sent.error().message;
  }
}

TEST_F(XmppTest, ANickThatIsTakenIsChanged) {
  auto command = listen_command();
  command.insert(command.end(), {"--room", "open@conference.chat.test", "--nick", "muster"});
  Process listener(command, lab_.file("heard"));
  ASSERT_TRUE(ready(listener)) << listener.output();
  const auto sent = send(kOpen);
  ASSERT_TRUE(sent) << sent.error().message;
  EXPECT_EQ(listener.wait(), 0) << listener.output();
  EXPECT_THAT(listener.output(), HasSubstr("open@conference.chat.test/muster-"));
}

TEST_F(XmppTest, ARoomWithAPasswordOpensWithItAlone) {
  const auto refused = problem(kClosed);
  EXPECT_EQ(refused.code, Errc::refused) << refused.message;
  EXPECT_THAT(refused.message, HasSubstr("closed@conference.chat.test"));
  EXPECT_THAT(refused.message, HasSubstr("password"));
  config_.xmpp.room_password_file = lab_.password_file();
  const auto sent = send(kClosed);
  EXPECT_TRUE(sent) << sent.error().message;
}

TEST_F(XmppTest, ARoomThatMayNotBeMadeIsRefused) {
  const auto error = problem("xmpp:none@conference.chat.test?join");
  EXPECT_EQ(error.code, Errc::refused) << error.message;
  EXPECT_THAT(error.message, HasSubstr("none@conference.chat.test"));
}

TEST_F(XmppTest, APersonWhoIsNotThereIsWorthTryingAgain) {
  const auto error = problem("xmpp:nobody@chat.test");
  EXPECT_EQ(error.code, Errc::unavailable) << error.message;
  EXPECT_THAT(error.message, HasSubstr("no such user"));
}

TEST_F(XmppTest, AWrongPasswordIsForAPersonToMendAndNeverShown) {
  config_.xmpp.password_file = lab_.wrong_password_file();
  const auto error = problem();
  EXPECT_EQ(error.code, Errc::config) << error.message;
  EXPECT_THAT(error.message, HasSubstr("refused the password of muster@chat.test"));
  EXPECT_THAT(error.message, Not(HasSubstr("battery")));
}

TEST_F(XmppTest, ACertificateOfAnotherCaIsRefusedAndSaysWhy) {
  test::TestCa("Another CA").holder().write(lab_.folder().path(), "another");
  config_.xmpp.ca_file = lab_.file("another.pem");
  const auto error = problem();
  EXPECT_EQ(error.code, Errc::refused) << error.message;
  EXPECT_THAT(error.message, HasSubstr("not trusted for 'chat.test'"));
  EXPECT_THAT(error.message, HasSubstr("certificate"));
}

TEST_F(XmppTest, ACertificateForAnotherDomainIsRefusedAndSaysWhy) {
  const ChatServer stranger(lab_, "stranger", "stranger-xmpp");
  config_.xmpp.server = stranger.endpoint();
  const auto error = problem();
  EXPECT_EQ(error.code, Errc::refused) << error.message;
  EXPECT_THAT(error.message, HasSubstr("mismatch"));
}

TEST_F(XmppTest, AnAccountOfAForeignDomainIsRefused) {
  config_.xmpp.account = "muster@other.test";
  const auto error = problem("xmpp:ops@other.test");
  EXPECT_EQ(error.code, Errc::refused) << error.message;
  EXPECT_THAT(error.message, HasSubstr("other.test"));
}

TEST_F(XmppTest, AServerThatIsDownIsWorthTryingAgain) {
  config_.xmpp.server = "127.0.0.1:" + std::to_string(free_port());
  const auto error = problem();
  EXPECT_EQ(error.code, Errc::unavailable) << error.message;
  EXPECT_THAT(error.message, HasSubstr("cannot connect"));
}

TEST_F(XmppTest, AHostThatDoesNotExistIsWorthTryingAgain) {
  config_.xmpp.server = "chat.invalid";
  const auto error = problem();
  EXPECT_EQ(error.code, Errc::unavailable) << error.message;
  EXPECT_THAT(error.message, HasSubstr("cannot resolve 'chat.invalid'"));
}

TEST_F(XmppTest, AServerThatHangsTimesOut) {
  const SilentServer silent("", "", "");
  config_.xmpp.server = "127.0.0.1:" + std::to_string(silent.port());
  config_.xmpp.timeout = std::chrono::seconds(1);
  const auto error = problem();
  EXPECT_EQ(error.code, Errc::timeout) << error.message;
}

TEST_F(XmppTest, AServerThatHangsInTheHandshakeTimesOut) {
  const SilentServer silent(
      "<?xml version='1.0'?><stream:stream xmlns='jabber:client' "
      "xmlns:stream='http://etherx.jabber.org/streams' "
      "id='1' from='chat.test' version='1.0'><stream:features><starttls "
      "xmlns='urn:ietf:params:xml:ns:xmpp-tls'><required/></starttls></stream:features>",
      "<starttls", "<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>");
  config_.xmpp.server = "127.0.0.1:" + std::to_string(silent.port());
  config_.xmpp.timeout = std::chrono::seconds(1);
  const auto error = problem();
  EXPECT_EQ(error.code, Errc::timeout) << error.message;
}

}  // namespace
}  // namespace muster::notify::lab
