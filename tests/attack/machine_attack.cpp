// Another user, or a program, on a machine where Muster runs: files that lead elsewhere, children that inherit.
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <nlohmann/json.hpp>

#include "orchestrator/broker/broker_config.hpp"
#include "plugins/agents/filemgr/filemgr_agent.hpp"
#include "plugins/agents/puppet/puppet_agent.hpp"
#include "plugins/api/node.hpp"
#include "plugins/facts/external.hpp"
#include "proto/audit/audit_file.hpp"
#include "proto/base/child.hpp"
#include "proto/base/encoding.hpp"
#include "proto/base/files.hpp"
#include "proto/base/unique_fd.hpp"
#include "proto/ddl/texts.hpp"
#include "tests/attack/row.hpp"
#include "tests/support/fakes/wait_until.hpp"
#include "tests/support/node/test_node.hpp"
#include "tests/support/pki/test_pki.hpp"

namespace muster::attack {
namespace {

namespace fs = std::filesystem;

class Machine : public testing::Test {
 protected:
  std::string path(const std::string& name) const { return fs::canonical(folder_.path()) / name; }
  mode_t mode_of(const std::string& name) const {
    struct stat is {};
    EXPECT_EQ(::stat(path(name).c_str(), &is), 0);
    return is.st_mode & 0777;
  }
  int filemgr(const std::string& action, const std::string& file) {
    plugins::filemgr::FilemgrAgent agent(ddl::built_in("filemgr").value(), node_);
    return agent.handle(test::request_of(action, {{"file", file}})).status;
  }

  fakes::TempFolder folder_;
  base::SystemClock clock_;
  test::TestNode node_{"n1", clock_};
};

TEST_F(Machine, AStateFileIsNotWrittenThroughALink) {
  row("another user of the machine", "a symbolic link where a state file is written",
      "the link is replaced, its target untouched");
  folder_.write("victim", "precious");
  fs::create_symlink(path("victim"), path("state.json"));
  ASSERT_TRUE(base::write_file(path("state.json"), "state"));
  EXPECT_EQ(folder_.read("victim"), "precious");
  EXPECT_FALSE(fs::is_symlink(path("state.json")));
}

TEST_F(Machine, AStateFileIsNotReadableBeforeItsModeIsSet) {
  row("another user of the machine", "opens a secret's file while it is written",
      "no moment with a wider mode");
  ::umask(0);
  ASSERT_TRUE(base::write_file(path("key"), "secret", 0600));
  EXPECT_EQ(mode_of("key"), 0600U);
}

// As the user whom the broker runs as, who owns the folder of revocation lists; root runs `muster broker config`.
TEST_F(Machine, ABrokersFileIsNotGivenThroughALink) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root gives files to the broker's user";
  row("broker", "a link to root's file where a list was, before `muster broker config` runs again",
      "the link is given to the broker's user, not its target");
  const test::TestPki pki;
  broker::BrokerConfig config;
  config.folder = path("broker");
  config.operator_root = pki.folder() / "root.pem";
  config.orchestrator_root = pki.folder() / "orchestrator-root.pem";
  config.certificate = pki.folder() / "broker.pem";
  config.key = pki.folder() / "broker.key";
  config.join_passwords = {{"join", "open sesame"}};
  config.run_as = "nobody";
  const auto list = broker::write_config(config).value().node_crls;
  fs::copy_file(list, path("victim"));
  fs::remove(list);
  fs::create_symlink(path("victim"), list);
  ASSERT_TRUE(broker::write_config(config));
  struct stat is {};
  ASSERT_EQ(::stat(path("victim").c_str(), &is), 0);
  EXPECT_EQ(is.st_uid, 0U);
}

TEST_F(Machine, AKeyThatOthersReadIsNotUsed) {
  row("another user of the machine", "reads a key whose mode lets everybody",
      "refused at the start, with the command that mends it");
  const test::TestPki pki;
  const auto file = pki.folder() / "operator.key";
  ASSERT_TRUE(x509::Key::private_from_file(file));
  for (const mode_t mode : {0644U, 0640U, 0602U}) {
    ASSERT_EQ(::chmod(file.c_str(), mode), 0);
    const auto read = x509::Key::private_from_file(file);
    ASSERT_FALSE(read) << mode;
    EXPECT_NE(read.error().message.find("chmod 0600"), std::string::npos) << read.error().message;
  }
}

TEST_F(Machine, AProgramThatOthersWriteIsNotRun) {
  row("another user of the machine", "replaces a program of facts, which the agent runs as root",
      "not run: logged, with the command that mends it");
  folder_.write("facts.d/role", "#!/bin/sh\necho role=admin\n");
  const auto role = [&](mode_t of_folder, mode_t of_file) {
    EXPECT_EQ(::chmod(path("facts.d").c_str(), of_folder), 0);
    EXPECT_EQ(::chmod(path("facts.d/role").c_str(), of_file), 0);
    facts::ExternalFacts facts({path("facts.d")}, std::chrono::seconds(20));
    return facts.collect().value("role", "none");
  };
  EXPECT_EQ(role(0755, 0755), "admin");
  EXPECT_EQ(role(0755, 0777), "none");
  EXPECT_EQ(role(0777, 0755), "none") << "who writes its folder replaces it";
}

TEST_F(Machine, TheAuditIsNotWrittenThroughALink) {
  row("another user of the machine", "a symbolic link where the audit is appended",
      "an error that names the file");
  folder_.write("victim", "precious");
  fs::create_symlink(path("victim"), path("audit.log"));
  audit::AuditFile file(path("audit.log"), 0, 0);
  EXPECT_FALSE(file.append("line"));
  EXPECT_EQ(folder_.read("victim"), "precious");
}

TEST_F(Machine, TheAuditIsItsOwnersAlone) {
  row("another user of the machine", "reads the audit", "its mode is 0600");
  ::umask(0);
  audit::AuditFile file(path("audit.log"), 0, 0);
  ASSERT_TRUE(file.append("line"));
  EXPECT_EQ(mode_of("audit.log"), 0600U);
}

TEST_F(Machine, FilemgrFollowsNoLinkOnTheWay) {
  row("another user of the machine",
      "a folder on the way swapped for a link, before filemgr removes", "answered refused");
  folder_.write("safe/file", "precious");
  fs::create_directory_symlink(path("safe"), path("way"));
  EXPECT_NE(filemgr("remove", path("way/file")), 0);
  EXPECT_TRUE(fs::exists(path("safe/file")));
}

TEST_F(Machine, FilemgrRemovesALinkNotItsTarget) {
  row("another user of the machine", "a link where filemgr removes a file",
      "the link goes, no more");
  folder_.write("victim", "precious");
  fs::create_symlink(path("victim"), path("file"));
  static_cast<void>(filemgr("remove", path("file")));
  EXPECT_TRUE(fs::exists(path("victim")));
}

TEST_F(Machine, FilemgrLeavesNoFolder) {
  row("operator", ".. in the path of a file", "answered invalid");
  folder_.write("file", "precious");
  fs::create_directory(path("sub"));
  EXPECT_NE(filemgr("remove", path("sub") + "/../file"), 0);
  EXPECT_TRUE(fs::exists(path("file")));
}

// Ids of jobs are in events, which all operators hear; `puppet job` is allowed to all of them.
class ShellsJob final : public plugins::Jobs {
 public:
  Result<plugins::JobStatus> start(const plugins::JobSpec&) override { return about(); }
  Result<plugins::JobStatus> status(const std::string&) const override { return about(); }
  Result<plugins::JobStatus> wait(const std::string&,
                                  std::chrono::steady_clock::time_point) const override {
    return about();
  }
  Result<std::string> output(const std::string&, std::uint64_t, std::size_t) const override {
    return std::string("secret");
  }
  Status kill(const std::string&) override { return {}; }
  std::vector<plugins::JobStatus> list() const override { return {about()}; }

  std::string kind = "shell";

 private:
  plugins::JobStatus about() const {
    plugins::JobStatus job;
    job.id = "0123456789abcdef0123456789abcdef";
    job.kind = kind;
    job.state = plugins::JobState::finished;
    job.output_bytes = 6;
    return job;
  }
};

TEST_F(Machine, AnotherAgentsJobIsNotReadThroughPuppets) {
  row("operator",
      "without rights for the agent shell, hears a job's id in an event and asks the agent puppet "
      "for its output",
      "answered refused, audited");
  ShellsJob jobs;
  node_.job_spool = &jobs;
  plugins::puppet::PuppetAgent agent(ddl::built_in("puppet").value(), node_);
  const auto ask = [&] {
    return agent.handle(test::request_of("job", {{"job", jobs.list()[0].id}}));
  };
  EXPECT_NE(ask().status, 0);
  EXPECT_EQ(ask().data.dump().find("secret"), std::string::npos);
  jobs.kind = "puppet";
  EXPECT_EQ(ask().data.value("output", ""), "secret") << "its own jobs are shown";
}

class Child : public Machine {
 protected:
  static base::ChildResult run(const std::string& script) {
    base::ChildSpec spec;
    spec.argv = {"sh", "-c", script};
    return base::run_child(spec).value();
  }
};

TEST_F(Child, InheritsNoDescriptor) {
  row("stolen node", "a child reads keys through descriptors it inherited", "none is open");
  folder_.write("key", "secret");
  // Without O_CLOEXEC, as a library's may be.
  const base::UniqueFd leaked(::open(path("key").c_str(), O_RDONLY));
  const auto result = run("ls /proc/self/fd | tr '\\n' ' '; cat /proc/self/fd/" +
                          std::to_string(leaked.get()) + " 2>/dev/null");
  EXPECT_EQ(result.out.find("secret"), std::string::npos) << result.out;
}

TEST_F(Child, InheritsNoEnvironment) {
  row("stolen node", "a child reads secrets in the environment it inherited",
      "PATH, HOME, LC_ALL alone");
  ::setenv("CREDENTIALS_DIRECTORY", "/run/credentials", 1);
  ::setenv("SECRET", "secret", 1);
  ::setenv("LD_PRELOAD_TEST", "secret", 1);
  const auto result = run("env");
  ::unsetenv("SECRET");
  ::unsetenv("LD_PRELOAD_TEST");
  ::unsetenv("CREDENTIALS_DIRECTORY");
  EXPECT_EQ(result.out.find("secret"), std::string::npos) << result.out;
  EXPECT_EQ(result.out.find("CREDENTIALS"), std::string::npos) << result.out;
}

TEST_F(Child, OutlivesNoDeadline) {
  row("operator", "a command that never ends, with children of its own", "killed, told as timeout");
  base::ChildSpec spec;
  spec.argv = {"sh", "-c", "sleep 1000 & echo $! > " + path("pid") + "; wait"};
  spec.timeout = std::chrono::milliseconds(500);
  const auto result = base::run_child(spec);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, Errc::timeout);
  const auto pid = std::stoi(folder_.read("pid"));
  EXPECT_TRUE(fakes::wait_until([&] { return ::kill(pid, 0) != 0; }));
}

// That it is killed does not say that what it printed until then was not kept, nor that it is dead: both are looked at.
TEST_F(Child, FillsNoMemory) {
  row("operator", "a command that prints without end",
      "what is beyond its limit is dropped and counted; killed");
  base::ChildSpec spec;
  spec.argv = {"sh", "-c", "echo $$ > " + path("pid") + "; exec yes"};
  spec.output_max_bytes = 1'000;
  spec.output_deadly_bytes = 10'000'000;
  base::ChildResult result;
  const auto ended = base::run_child(spec, result);
  EXPECT_EQ(result.out.size(), spec.output_max_bytes);
  EXPECT_LE(result.out.capacity(), 64U * spec.output_max_bytes);
  EXPECT_GT(result.dropped_bytes, spec.output_deadly_bytes - spec.output_max_bytes);
  ASSERT_FALSE(ended);
  EXPECT_EQ(ended.error().code, Errc::limit);
  EXPECT_NE(::kill(std::stoi(folder_.read("pid")), 0), 0);
}

}  // namespace
}  // namespace muster::attack
