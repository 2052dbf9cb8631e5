// Masters on a bus in memory, each with a CA, that say they are idle.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "orchestrator/client/caller.hpp"
#include "orchestrator/provision/live/asker.hpp"
#include "orchestrator/provision/live/debt_keeper.hpp"
#include "orchestrator/provision/live/debt_payments.hpp"
#include "orchestrator/provision/live/masters.hpp"
#include "proto/base/guarded.hpp"
#include "proto/loop/real/loop_thread.hpp"
#include "proto/loop/real/thread_pool.hpp"
#include "proto/messages/request.hpp"
#include "tests/support/fakes/temp_folder.hpp"
#include "tests/support/fakes/wait_until.hpp"
#include "tests/unit/client/client_lab.hpp"

namespace muster::provision {

// Longer than any test waits: on a busy machine nobody is ill, or silent, only because time has passed.
inline constexpr std::chrono::milliseconds kNeverInATest = 3 * fakes::kPatience;

// A node that runs the agent puppetca and says that it is idle.
class Claimant {
 public:
  Claimant(client::ClientLab& lab, const std::string& name, const test::TestCa& ca,
           const Value& facts = Value::object())
      : node_(lab, name, ca.issue_node(name),
              [this](client::LabNode& node, const messages::Request& request) {
                if (request.action == "clean") {
                  cleaned_.with_lock([&](auto& all) { all.push_back(*request.arguments); });
                  if (hangs_) return hung_.with_lock([&](auto& all) { all.push_back(request); });
                }
                auto reply = node.reply_to(request);
                const bool of_facts = request.action == "get_facts";
                reply.data = of_facts ? Value{{"values", {{"rack.row", 7}, {"country", nullptr}}}}
                                      : Value{{"running", true}, {"load", 0.0}};
                if (request.action == "health") {
                  health_.with_lock([&](auto& all) { all.push_back(*request.arguments); });
                  if (lends_ >= 0) reply.data["places"] = static_cast<std::uint64_t>(lends_);
                }
                if (request.action == "clean")
                  reply.data["unknown"] = unknown_.with_lock([](const auto& all) { return all; });
                node.send(request, reply);
              }) {
    auto presence = node_.presence(facts);
    presence.agents.push_back("puppetca");
    node_.show(presence);
  }
  int asked() const { return node_.heard(); }
  // It answers no more when it is asked to clean, until it goes on.
  void hang() { hangs_ = true; }
  void go_on() {
    hangs_ = false;
    for (const auto& request : hung_.with_lock([](auto& all) { return std::exchange(all, {}); }))
      node_.answer(request);
  }
  // Of what it is asked to clean its CA knows nothing of these.
  void knows_nothing_of(const std::vector<std::string>& serials) {
    unknown_.with_lock([&](auto& all) { all = serials; });
  }
  void lends(int places) { lends_ = places; }
  // What it was told when it was asked how it is.
  std::vector<Value> told() const {
    return health_.with_lock([](const auto& all) { return all; });
  }
  // What it was asked to clean.
  std::vector<Value> cleaned() const {
    return cleaned_.with_lock([](const auto& all) { return all; });
  }

 private:
  base::Guarded<std::vector<Value>> cleaned_;
  base::Guarded<std::vector<std::string>> unknown_;
  base::Guarded<std::vector<Value>> health_;
  std::atomic<int> lends_{-1};  // below 0: it knows no places
  std::atomic<bool> hangs_{false};
  base::Guarded<std::vector<messages::Request>> hung_;
  client::LabNode node_;
};

class MastersLab : public testing::Test {
 protected:
  MastersLab() { client::must(lab_.link().learn_trust()); }

  void endorse(const test::TestCa& ca, const std::string& master,
               const Value& facts = Value::object()) {
    auto published = client::publish_trusted_ca(
        lab_.orchestrator(),
        {.certificate = ca.certificate(), .master = master, .patterns = {"*"}, .facts = facts});
    ASSERT_TRUE(published) << published.error().message;
    ASSERT_TRUE(lab_.link().believe(*published));
  }
  void withdraw(const test::TestCa& ca) {
    auto known = lab_.link().endorsements().find(ca.certificate().fingerprint()).value();
    known.withdrawn = true;
    ++known.number;
    ASSERT_TRUE(lab_.link().believe(known));
  }
  // Made when all presence is there.
  Masters& masters() {
    if (!masters_) {
      debts_ = DebtKeeper::open(lab_.orchestrator(), folder_ / "debts.json").value();
      caller_ = client::Caller::start(lab_.link()).value();
      fleet_ = client::Fleet::watch(lab_.link()).value();
      client::must(fleet_->wait_complete(fakes::kPatience));
      pool_ = std::make_unique<loop::ThreadPool>(thread_.loop(), "pool", 2, 100);
      asker_ = std::make_unique<Asker>(*caller_, *pool_, thread_.loop(), waits_);
      masters_ = std::make_unique<Masters>(lab_.link(), *fleet_, *asker_, *pool_, *debts_, 20,
                                           facts_, HealthTimes{kept_, kNeverInATest});
      payments_ = std::make_unique<DebtPayments>(
          DebtPayments::Parts{clock_, *fleet_, *asker_, *pool_, *debts_, *masters_, kNeverInATest});
      thread_.start("masters");
    }
    return *masters_;
  }
  void TearDown() override { thread_.stop(); }
  std::vector<MasterCandidate> candidates() {
    masters();
    return thread_.wait_for<std::vector<MasterCandidate>>(
        [this] { return masters_->candidates(); });
  }
  std::vector<std::string> names() {
    std::vector<std::string> names;
    for (const auto& candidate : candidates()) names.push_back(candidate.identity);
    return names;
  }
  Status owe(const std::string& master, const std::string& certname) {
    masters();
    return thread_.wait_for<Status>([&] {
      return masters_->owe({master, certname, clock_.unix_ms(), {}});
    });
  }
  std::size_t pay_debts() {
    masters();
    return thread_.wait_for<std::size_t>([this] { return payments_->pay(); });
  }

  const fakes::TempFolder folder_;
  const base::SystemClock clock_;
  client::ClientLab lab_;
  const test::TestCa evil_{"Puppet CA: evil"};
  std::vector<std::string> facts_;  // by which the workflow chooses
  std::chrono::milliseconds kept_ = kHealthKept;
  std::unique_ptr<DebtKeeper> debts_;
  loop::LoopThread thread_{clock_};  // outlives the caller, whose answers go to it
  loop::Waits waits_{thread_.loop()};
  std::unique_ptr<client::Caller> caller_;
  std::unique_ptr<client::Fleet> fleet_;
  std::unique_ptr<loop::ThreadPool> pool_;
  std::unique_ptr<Asker> asker_;
  std::unique_ptr<Masters> masters_;
  std::unique_ptr<DebtPayments> payments_;
};

}  // namespace muster::provision
