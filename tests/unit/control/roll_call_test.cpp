// Who answers when it is asked who runs with a certificate of the orchestrator root.
#include "orchestrator/client/roll_call.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "proto/base/host_name.hpp"
#include "proto/security/role.hpp"
#include "tests/support/fakes/wait_until.hpp"
#include "tests/unit/control/control_lab.hpp"

namespace muster::control {
namespace {

using std::chrono_literals::operator""ms;
using testing::HasSubstr;

constexpr auto kPatience = 300ms;  // nobody else is on this bus

class RollCallTest : public testing::Test {
 protected:
  // Of a broker's watcher, or whoever has that certificate.
  std::unique_ptr<client::Link> link_of(const std::string& name, const std::string& role) {
    auto link = std::make_unique<client::Link>(
        lab_.broker().connect(name + "-" + role),
        lab_.pki().orchestrator_root().issue_member(name, role).signer(), "main", clock_);
    lab_.pki().trust(link->operators());
    return link;
  }

  const base::SystemClock clock_;
  client::ClientLab lab_;
};

TEST_F(RollCallTest, EachAnswersWithTheCertificateThatItRunsWith) {
  const ServingOrchestrator first(lab_, "first");
  const ServingOrchestrator second(lab_, "second");
  const auto link = link_of(security::kWatcherName, "broker");
  const auto watcher = client::RollAnswerer::start(*link, "here", [] {
    return std::vector<std::string>{"f1", "f2"};
  });
  ASSERT_TRUE(watcher);
  const auto on_duty = client::call_roll(lab_.link(), kPatience);
  ASSERT_TRUE(on_duty) << on_duty.error().message;
  ASSERT_EQ(on_duty->size(), 3U) << "the watcher once, though both orchestrators asked it";
  std::map<std::string, client::OnDuty> by_name;
  for (const auto& one : *on_duty) by_name.emplace(one.name, one);
  for (const auto& [name, signer] : {std::pair{std::string("first"), &first.link->signer()},
                                     {"second", &second.link->signer()},
                                     {security::kWatcherName, &link->signer()}}) {
    ASSERT_TRUE(by_name.contains(name)) << name;
    const auto& one = by_name.at(name);
    EXPECT_EQ(one.certificate.fingerprint(), signer->chain().front().fingerprint());
    EXPECT_EQ(one.host, base::host_name());
    EXPECT_EQ(one.watcher, name == security::kWatcherName);
  }
  EXPECT_EQ(by_name.at(security::kWatcherName).broker_roots,
            (std::vector<std::string>{"f1", "f2"}));
}

// Watchers have one name and often one certificate, and two machines may call themselves alike.
TEST_F(RollCallTest, TwoWatchersOfOneNameOnOneHostAreTwo) {
  const ServingOrchestrator orchestrator(lab_, "first");
  const auto certificate =
      lab_.pki().orchestrator_root().issue_member(security::kWatcherName, "broker");
  std::vector<std::unique_ptr<client::Link>> links;
  std::vector<std::unique_ptr<client::RollAnswerer>> watchers;
  for (const std::string root : {"f1", "f2"}) {
    links.push_back(std::make_unique<client::Link>(lab_.broker().connect("watcher of " + root),
                                                   certificate.signer(), "main", clock_));
    lab_.pki().trust(links.back()->operators());
    auto watcher = client::RollAnswerer::start(*links.back(), "session of " + root,
                                               [root] { return std::vector<std::string>{root}; });
    ASSERT_TRUE(watcher) << watcher.error().message;
    watchers.push_back(*std::move(watcher));
  }
  const auto on_duty = client::call_roll(lab_.link(), kPatience);
  ASSERT_TRUE(on_duty) << on_duty.error().message;
  std::map<std::string, std::vector<std::string>> roots;
  for (const auto& one : *on_duty)
    if (one.watcher) roots.emplace(one.session, one.broker_roots);
  EXPECT_THAT(roots,
              testing::ElementsAre(testing::Pair("session of f1", testing::ElementsAre("f1")),
                                   testing::Pair("session of f2", testing::ElementsAre("f2"))));
}

TEST_F(RollCallTest, AnAnswerWithoutASessionIsNotCounted) {
  const ServingOrchestrator orchestrator(lab_, "first");
  const auto link = link_of(security::kWatcherName, "broker");
  const auto watcher =
      client::RollAnswerer::start(*link, "", [] { return std::vector<std::string>{}; });
  ASSERT_TRUE(watcher);
  const auto on_duty = client::call_roll(lab_.link(), kPatience);
  ASSERT_TRUE(on_duty) << on_duty.error().message;
  EXPECT_EQ(on_duty->size(), 1U);
}

TEST_F(RollCallTest, WhoIsNoAdminIsToldNothing) {
  const ServingOrchestrator orchestrator(lab_, "first", "bob");
  const auto refused = client::call_roll(lab_.link(), kPatience);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::refused);
}

TEST_F(RollCallTest, ACallThatNoOrchestratorSignedIsNotAnswered) {
  const auto link = link_of(security::kWatcherName, "broker");
  std::atomic<int> asked{0};
  const auto watcher = client::RollAnswerer::start(*link, "here", [&] {
    ++asked;
    return std::vector<std::string>{};
  });
  ASSERT_TRUE(watcher);
  client::must(client::publish_roll_call(lab_.link(), "by-an-operator"));
  client::must(client::publish_roll_call(lab_.orchestrator(), "by-an-orchestrator"));
  ASSERT_TRUE(fakes::wait_until([&] { return asked == 1; }));
  client::must(client::publish_roll_call(lab_.orchestrator(), "another"));
  ASSERT_TRUE(fakes::wait_until([&] { return asked > 1; }));
  EXPECT_EQ(asked, 2) << "the operator's was not";
}

TEST_F(RollCallTest, AnAnswerThatNoWatcherSignedIsNotBelieved) {
  const ServingOrchestrator orchestrator(lab_, "first");
  const auto thief = link_of("thief", "orchestrator");
  const auto as_watcher =
      client::RollAnswerer::start(*thief, "here", [] { return std::vector<std::string>{"f1"}; });
  ASSERT_TRUE(as_watcher);
  const auto on_duty = client::call_roll(lab_.link(), kPatience);
  ASSERT_TRUE(on_duty) << on_duty.error().message;
  ASSERT_EQ(on_duty->size(), 1U);
  EXPECT_EQ(on_duty->front().name, "first");
}

}  // namespace
}  // namespace muster::control
