// Nothing secret leaves the processes that hold it: not into logs, arguments, children, files that others read, or core dumps.
#include "tests/integration/cli/secrets.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <sys/wait.h>

#include <csignal>
#include <sstream>

#include "proto/base/files.hpp"
#include "tests/integration/cli/fleet.hpp"

namespace muster::test {
namespace {

using testing::HasSubstr;

constexpr auto kOne = "n1.example.test";
constexpr auto kSlow = "n5.example.test";
constexpr auto kJoining = "n9.example.test";

// Writes down all that it was given by whoever started it, and prints `says`.
std::string telltale(const std::filesystem::path& file, const std::string& says) {
  return fmt::format(
      "#!/bin/sh\numask 077\n{{ env; tr '\\0' '\\n' </proc/$$/cmdline; for fd in /proc/$$/fd/*; do "
      "case "
      "$fd in */0|*/1|*/2|*/10|*/255) ;; *) timeout 1 cat $fd;; esac; done; }} >>{0} 2>/dev/null\n"
      "echo '{1}'\n",
      file.string(), says);
}

// A fleet, its broker and watcher, and an orchestrator that tells people by mail and chat and asks a program of the site's.
class SecretsTest : public FleetTest {
 protected:
  void SetUp() override {
    FleetTest::SetUp();
    give_passwords();
    give_programs();
    orchestrator_ = fleet().start_orchestrator();
  }
  void TearDown() override {
    orchestrator_.reset();
    ASSERT_TRUE(base::write_file(config_, plain_config_, 0600));
  }

  // Servers that nobody runs: what cannot be delivered is told in the log.
  void give_passwords() {
    for (const auto& [name, password] : passwords_) {
      const auto file = fleet().folder().write(name, password + "\n");
      std::filesystem::permissions(file, std::filesystem::perms(0600));
      secrets_.add(name, password);
    }
    const auto folder = fleet().file("").string();
    const auto notify = fmt::format(
        "notify:\n  targets: [\"mailto:ops@example.com\", \"xmpp:room@example.com?join\"]\n"
        "  digest_window_s: 0\n  retry_first_s: 1\n"
        "  email: {{server: \"smtp://127.0.0.1:1\", from: muster@example.com, user: muster, "
        "password_file: {0}mail.password}}\n"
        "  xmpp: {{account: muster@example.com, server: \"127.0.0.1:1\", password_file: "
        "{0}chat.password, room_password_file: {0}room.password}}\n",
        folder);
    const auto attestation = fmt::format("attestation:\n  program: [{0}attest]\n", folder);
    plain_config_ = base::read_file(config_).value();
    ASSERT_TRUE(base::write_file(config_, plain_config_ + "\n" + notify + attestation, 0600));
  }
  void give_programs() {
    const auto program = [](const std::filesystem::path& file, const std::string& says) {
      std::filesystem::permissions(fleet().folder().write(file, telltale(told_by(file), says)),
                                   std::filesystem::perms(0755));
    };
    program("attest", "not yet");
    program(std::filesystem::path("nodes") / kOne / "facts.d/swept", "swept=yes");
    restart(kOne);
  }
  static void restart(const std::string& name) {
    auto& node = fleet().node(name);
    node.agent().signal(SIGTERM);
    ASSERT_EQ(node.agent().wait(), 0);
    node.start();
    ASSERT_TRUE(fleet().all_online());
  }
  void do_it(const std::vector<std::string>& words) {
    const auto done = muster(words);
    EXPECT_EQ(done.exit_code, 0) << words.front() << ": " << done.err;
    said_ += done.out + done.err;
  }
  static std::filesystem::path told_by(const std::filesystem::path& program) {
    return fleet().file(program.filename().string() + ".told");
  }
  static std::string told(const std::string& program) {
    return base::read_file(told_by(program)).value_or("");
  }
  // All secrets that there are by now.
  const Secrets& secrets() {
    secrets_.add_keys(fleet().file(""));
    std::istringstream lines(base::read_file(fleet().in_operator("join.password")).value());
    for (std::string user, password; lines >> user >> password;)
      secrets_.add("a join password", password);
    return secrets_;
  }

  const std::filesystem::path config_ = fleet().in_operator("orchestrator.yaml");
  std::string plain_config_;
  const std::map<std::string, std::string> passwords_{{"mail.password", "swordfish-of-the-mail"},
                                                      {"chat.password", "swordfish-of-the-chat"},
                                                      {"room.password", "swordfish-of-the-room"}};
  Secrets secrets_;
  std::string said_;  // by commands
  std::unique_ptr<Daemon> orchestrator_;
};

TEST_F(SecretsTest, NothingSecretIsLoggedPassedOnOrLeftWhereOthersRead) {
  do_it({"operator", "create", "bob"});
  Node joining(fleet(), {kJoining, "de", 1, {"base"}, ""});
  joining.give_token({});
  joining.start();
  ASSERT_TRUE(fakes::wait_until([] { return !told("attest").empty(); }))
      << joining.agent().output() << orchestrator_->output();
  ASSERT_TRUE(fakes::wait_until([] { return !told("swept").empty(); }))
      << fleet().node(kOne).agent().output();
  do_it({"join-password", "rotate"});
  do_it({"node", "ban", "n6.example.test"});  // people are told
  ASSERT_TRUE(orchestrator_->says("notification not sent yet"))
      << "nothing was tried to be delivered";
  do_it({"node", "unban", "n6.example.test"});
  ASSERT_TRUE(fleet().all_online());
  fleet().node(kSlow).agent().pause();
  Daemon calling({MUSTER_PROGRAM, "--config", fleet().config(), "ping", "-t", "30"},
                 fleet().file("calling.log"));

  const auto& all = secrets();
  const auto running = descendants();
  EXPECT_GT(all.size(), 15U) << "keys, passwords and a token";
  EXPECT_GE(running.size(), 10U) << "broker, watcher, agents, orchestrator, command";
  EXPECT_EQ(all.in_processes(running), "");
  EXPECT_TRUE(calling.running());
  EXPECT_EQ(all.found_in(said_), "") << "printed by a command";
  const auto logs = text_of_files(fleet().file(""), ".log");
  EXPECT_THAT(logs, HasSubstr("in the join zone"));
  EXPECT_EQ(all.found_in(logs), "") << "in a log";
  for (const auto* program : {"attest", "swept"}) {
    EXPECT_THAT(told(program), HasSubstr("PATH=")) << program;
    EXPECT_EQ(all.found_in(told(program)), "") << program << " was given it";
  }
  fleet().store_retained();
  const auto kept = text_of_files(fleet().file("broker"), "mosquitto.db");
  EXPECT_THAT(kept, HasSubstr(kJoining)) << "its announcement";
  EXPECT_EQ(all.found_in(kept), "") << "on the bus";
  EXPECT_EQ(all.in_open_files(fleet().file("")), "");
  fleet().node(kSlow).agent().resume();
}

TEST_F(SecretsTest, WhatIsLeftLyingIsFound) {
  const auto& all = secrets();
  const auto token = fleet().file("forgotten.token");
  do_it({"token", "create", "--identity", kJoining, "--out", token});
  secrets_.add_keys(fleet().file(""));
  EXPECT_EQ(all.in_open_files(fleet().file("")), "");
  std::filesystem::permissions(token, std::filesystem::perms(0644));
  EXPECT_THAT(all.in_open_files(fleet().file("")), HasSubstr("forgotten.token: "));
  const auto key = base::read_file(fleet().in_operator("operator.key")).value();
  const Daemon careless({"/usr/bin/env", "PASSWORD=swordfish-of-the-mail", "/bin/sh", "-c",
                         "kill -STOP $$; # " + key},
                        fleet().file("careless.out"));
  EXPECT_TRUE(fakes::wait_until([&] {
    const auto found = all.in_processes(descendants());
    return found.find("operator.key") != std::string::npos &&
           found.find("environ: mail.password") != std::string::npos;
  })) << all.in_processes(descendants());
  std::filesystem::remove(token);
}

// How a process ends that is told to dump core, and may.
class CoresTest : public FleetTest {
 protected:
  static std::vector<std::string> with_cores() {
    return {"/bin/sh", "-c",
            "cd " + fleet().file("").string() + " && ulimit -c unlimited; exec \"$@\"", "sh"};
  }
  static bool dumps_core(const Daemon& process) {
    process.signal(SIGABRT);
    siginfo_t ended{};
    EXPECT_EQ(::waitid(P_PID, static_cast<id_t>(process.pid()), &ended, WEXITED | WNOWAIT), 0);
    EXPECT_NE(ended.si_code, CLD_EXITED) << process.output();
    return ended.si_code == CLD_DUMPED;
  }
};

TEST_F(CoresTest, NeitherAgentNorOrchestratorLeavesACoreDump) {
#ifdef __SANITIZE_ADDRESS__
  GTEST_SKIP() << "the address sanitizer traces the process";
#endif
  auto words = with_cores();
  words.insert(words.end(), {"/bin/sh", "-c", "kill -ABRT $$"});
  const Daemon any(words, fleet().file("any.out"));
  if (!dumps_core(any)) GTEST_SKIP() << "no process leaves one on this machine";
  const auto orchestrator = fleet().start_orchestrator({}, with_cores());
  EXPECT_FALSE(dumps_core(*orchestrator));
  auto& node = fleet().node(kOne);
  node.agent().signal(SIGTERM);
  ASSERT_EQ(node.agent().wait(), 0);
  node.start(with_cores());
  ASSERT_TRUE(fleet().all_online());
  EXPECT_FALSE(dumps_core(node.agent()));
}

}  // namespace
}  // namespace muster::test
