// From the outbox to the mailbox, over crashes on both sides.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <random>

#include "orchestrator/notify/deliverer.hpp"
#include "tests/integration/notify/lab.hpp"
#include "tests/support/fakes/wait_until.hpp"

namespace muster::notify::lab {
namespace {

using fakes::wait_until;
using testing::HasSubstr;

class DeliveryTest : public testing::Test {
 protected:
  DeliveryTest() : server_(lab_) {
    lab_.folder().write(
        "o.yaml",
        "notify:\n"
        "  targets: ['mailto:ops@example.com']\n"
        "  digest_above: 1000\n  digest_window_s: 0\n  retry_first_s: 1\n  retry_most_s: 1\n"
        "  email:\n    server: " +
            server_.url() +
            "\n    from: muster@example.com\n    ca_file: " + lab_.ca_file().string() +
            "\n    user: muster\n    password_file: " + lab_.password_file().string() + "\n");
  }
  std::unique_ptr<Process> start_process(const std::vector<std::string>& ids) {
    std::vector<std::string> command{MUSTER_OUTBOX_PROGRAM, lab_.file("o.yaml"),
                                     lab_.file("outbox.sqlite")};
    command.insert(command.end(), ids.begin(), ids.end());
    return std::make_unique<Process>(command, lab_.file("process-output"));
  }
  // How often each id is in the mailbox.
  std::map<std::string, int> received() const {
    std::map<std::string, int> ids;
    for (const auto& mail : server_.messages()) {
      const auto start = mail.find("Message-ID: <") + 13;
      ++ids[mail.substr(start, mail.find('@', start) - start)];
    }
    return ids;
  }

  const Lab lab_;
  MailServer server_;
};

bool says(Process& process, const std::string& text) {
  return wait_until([&] { return process.output().find(text) != std::string::npos; });
}

TEST_F(DeliveryTest, AServerThatComesUpLateGetsTheMessage) {
  const auto process = start_process({"late"});
  ASSERT_TRUE(says(*process, "notification not sent yet")) << process->output();
  server_.start();
  EXPECT_EQ(process->wait(), 0) << process->output();
  ASSERT_TRUE(wait_until([&] { return received() == std::map<std::string, int>{{"late", 1}}; }));
}

TEST_F(DeliveryTest, AKilledProcessesMessageIsDeliveredOnceByTheNextOne) {
  const auto first = start_process({"survivor"});
  ASSERT_TRUE(says(*first, "notification not sent yet")) << first->output();
  first->kill_9();
  server_.start();
  const auto second = start_process({"survivor"});
  EXPECT_EQ(second->wait(), 0) << second->output();
  ASSERT_TRUE(wait_until([&] { return !received().empty(); }));
  const auto third = start_process({"survivor"});
  EXPECT_EQ(third->wait(), 0) << third->output();
  EXPECT_EQ(received(), (std::map<std::string, int>{{"survivor", 1}}));
}

TEST_F(DeliveryTest, KillsAtAnyMomentLoseNothingAndKeepEveryMessageId) {
  server_.start();
  std::vector<std::string> ids;
  for (int i = 0; i < 12; ++i) ids.push_back("n" + std::to_string(i));
  auto process = start_process(ids);
  ASSERT_TRUE(says(*process, "added")) << process->output();
  std::mt19937 random{std::random_device{}()};
  for (int kills = 0; kills < 4; ++kills) {
    const auto moment = std::chrono::milliseconds(std::uniform_int_distribution<>(1, 150)(random));
    static_cast<void>(wait_until([&] { return process->ended(); }, moment));
    process->kill_9();
    process = start_process({});
  }
  EXPECT_EQ(process->wait(), 0) << process->output();
  ASSERT_TRUE(wait_until([&] { return received().size() >= ids.size(); }));
  for (const auto& [id, count] : received())
    EXPECT_NE(std::find(ids.begin(), ids.end(), id), ids.end()) << id;
}

// Faults tried by hand, 19.
TEST_F(DeliveryTest, AWrongPasswordIsWaitedOutUntilItIsMended) {
  server_.start();
  const auto good = lab_.folder().read("password");
  lab_.folder().write("password", lab_.folder().read("wrong-password"), 0600);
  const auto process = start_process({"patient"});
  ASSERT_TRUE(says(*process, "wrong 'user' or password")) << process->output();
  EXPECT_TRUE(server_.messages().empty());
  lab_.folder().write("password", good, 0600);
  EXPECT_EQ(process->wait(), 0) << process->output();
  EXPECT_EQ(received(), (std::map<std::string, int>{{"patient", 1}}));
}

TEST_F(DeliveryTest, ARefusedMessageIsSeenAsFailedWithTheServersWords) {
  server_.start();
  NotifyConfig config;
  config.targets = {"mailto:nobody@example.com"};
  config.digest.window = std::chrono::milliseconds(0);
  config.kinds.email.server = server_.url();
  config.kinds.email.from = "muster@example.com";
  config.kinds.email.ca_file = lab_.ca_file();
  config.kinds.email.user = "muster";
  config.kinds.email.password_file = lab_.password_file();
  const base::SystemClock clock;
  const auto deliverer = Deliverer::open(lab_.file("outbox.sqlite"), config, clock);
  ASSERT_TRUE(deliverer) << deliverer.error().message;
  (*deliverer)->start();
  ASSERT_TRUE((*deliverer)->notify({"a", "s", "t", {}}));
  ASSERT_TRUE(wait_until([&] { return (*deliverer)->pending()->failed == 1; }));
  EXPECT_THAT((*deliverer)->recent(1)->front().reason, HasSubstr("550 no such mailbox here"));
}

}  // namespace
}  // namespace muster::notify::lab
