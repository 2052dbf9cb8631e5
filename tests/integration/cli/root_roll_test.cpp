// A root goes when everybody who runs has a certificate of the new one, and it begins when the brokers have it.
#include <gmock/gmock.h>
#include <unistd.h>

#include <functional>
#include <map>
#include <string>

#include "tests/integration/cli/credential_fleet.hpp"

namespace muster::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class RootRollTest : public CredentialFleetTest {
 protected:
  // A second orchestrator, with a certificate and a state of its own.
  std::unique_ptr<Daemon> start_second() {
    must({"orchestrator", "create", "second"});
    auto text = base::read_file(fleet_.in_operator("serving-orchestrator.yaml")).value();
    for (const auto& [from, to] :
         {std::pair<std::string, std::string>{"orchestrator.pem", "second.pem"},
          {"orchestrator.key", "second.key"},
          {fleet_.file("orchestrator").string(), fleet_.file("second").string()}})
      text.replace(text.find(from), from.size(), to);
    const auto config = fleet_.in_operator("second.yaml");
    EXPECT_TRUE(base::write_file(config, text));
    auto second = std::make_unique<Daemon>(
        std::vector<std::string>{MUSTER_ORCHESTRATOR_PROGRAM, "--config", config},
        fleet_.file("second.log"));
    EXPECT_TRUE(second->says("orchestrating")) << second->output();
    return second;
  }
  // On another machine than the watcher's, which takes a file that lies beside it by itself. What is returned carries the
  // files there.
  std::function<void()> renew_watchers_elsewhere() {
    using Files = std::map<std::string, std::string>;
    const auto read = [this] {
      Files files;
      for (const std::string file : {"watcher.pem", "watcher.key"})
        files[file] = base::read_file(fleet_.in_operator(file)).value();
      return files;
    };
    const auto write = [this](const Files& files) {
      for (const auto& [file, text] : files)
        EXPECT_TRUE(base::write_file(fleet_.in_operator(file), text, 0600));
    };
    const auto before = read();
    fleet_.broker_watch().pause();
    must({"broker", "renew", "broker-watcher"});
    const auto renewed = read();
    write(before);
    fleet_.broker_watch().resume();
    return [write, renewed] { write(renewed); };
  }
  Finished finish(std::vector<std::string> more = {}) {
    more.insert(more.begin(), {"root", "rotate", "orchestrators", "--finish"});
    return muster(more);
  }
  std::filesystem::path pid_file() const { return fleet_.file("broker/data/mosquitto.pid"); }
};

TEST_F(RootRollTest, AnOrchestratorOrAWatcherThatRunsWithTheOldRootHoldsTheFinishUp) {
  const auto second = start_second();
  must({"root", "rotate", "orchestrators"});
  ASSERT_TRUE(all_obey("orchestrators", 2));
  for (const std::string name : {"orchestrator", "second"}) must({"orchestrator", "renew", name});
  const auto carry_watchers = renew_watchers_elsewhere();
  const auto early = finish();
  EXPECT_EQ(early.exit_code, 1) << early.out;
  char host[256] = {};
  ASSERT_EQ(::gethostname(host, sizeof host - 1), 0);
  const std::string on = std::string(" on ") + host;
  EXPECT_THAT(early.err, AllOf(HasSubstr("2 orchestrators run with another root's certificate"),
                               HasSubstr("orchestrator" + on), HasSubstr("second" + on),
                               HasSubstr("1 brokers' watchers run with another root's certificate"),
                               HasSubstr("broker-watcher" + on), HasSubstr("SIGHUP")));
  carry_watchers();
  renew_orchestrator_in_place();
  renew_watcher_in_place();
  const auto one_left = finish();
  EXPECT_EQ(one_left.exit_code, 1) << one_left.out;
  EXPECT_THAT(one_left.err, AllOf(HasSubstr("second" + on), Not(HasSubstr("orchestrator" + on)),
                                  Not(HasSubstr("broker-watcher"))));
  const auto before = second->output().size();
  second->signal(SIGHUP);
  ASSERT_TRUE(second->says("orchestrating", before));
  const auto done = finish();
  EXPECT_EQ(done.exit_code, 0) << done.err;
  EXPECT_TRUE(all_obey("orchestrators", 1));
  orchestrator_.reset();
  EXPECT_THAT(muster({"trust", "list"}).out, HasSubstr("Puppet CA: test"));
  must({"node", "ban", "n5.example.test"});  // by the second one, whom all believe
  EXPECT_EQ(muster({"find"}).lines().size(), 5U);
}

TEST_F(RootRollTest, AnOrchestratorThatDoesNotAnswerHoldsTheFinishUpUntilItIsLeftOut) {
  const auto second = start_second();
  must({"root", "rotate", "orchestrators"});
  ASSERT_TRUE(all_obey("orchestrators", 2));
  for (const std::string name : {"orchestrator", "second"}) must({"orchestrator", "renew", name});
  must({"broker", "renew", "broker-watcher"});
  renew_orchestrator_in_place();
  renew_watcher_in_place();
  second->pause();
  const auto refused = finish();
  EXPECT_EQ(refused.exit_code, 1) << refused.out;
  EXPECT_THAT(refused.err, HasSubstr("that do not answer, to be started, or revoked when they are "
                                     "no more: second"));
  const auto done = finish({"--without", "second"});
  EXPECT_EQ(done.exit_code, 0) << done.err;
}

TEST_F(RootRollTest, ARotationThatBeginsWaitsForTheBroker) {
  const auto elsewhere = pid_file().string() + ".elsewhere";
  std::filesystem::rename(pid_file(), elsewhere);  // its watcher cannot have it read the new list
  Daemon rotating({MUSTER_PROGRAM, "--config", fleet_.config(), "root", "rotate", "operators"},
                  fleet_.file("rotate.log"));
  ASSERT_TRUE(all_obey("operators", 2)) << rotating.output();
  EXPECT_TRUE(rotating.running()) << rotating.output();
  std::filesystem::rename(elsewhere, pid_file());
  EXPECT_EQ(rotating.wait(kRunLimit), 0) << rotating.output();
  must({"operator", "create", "bob"});
  const auto bob = fleet_.muster_with(CredentialFleetTest::elsewhere("bob"), {"ping"});
  EXPECT_THAT(bob.out, HasSubstr("6 replies")) << "at the first try: " << bob.err;
}

TEST_F(RootRollTest, ARotationWithoutAWatcherSaysSoAndTheSameCommandGoesOn) {
  fleet_.broker_watch().pause();
  const auto told = muster({"root", "rotate", "operators"});
  EXPECT_EQ(told.exit_code, 2) << told.err;
  EXPECT_THAT(told.err, HasSubstr("no broker's watcher answers"));
  fleet_.broker_watch().resume();
  must({"root", "rotate", "operators"});
  EXPECT_TRUE(all_obey("operators", 2));
}

TEST_F(RootRollTest, AWatchersRenewedCertificateTakesEffectByItself) {
  const auto before = fleet_.broker_watch().output().size();
  must({"broker", "renew", "broker-watcher"});
  EXPECT_TRUE(fleet_.broker_watch().says("were read anew", before));
}

}  // namespace
}  // namespace muster::test
