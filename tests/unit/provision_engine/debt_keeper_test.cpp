// Debts of two orchestrators over one broker, which forgets.
#include "orchestrator/provision/live/debt_keeper.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "proto/base/files.hpp"
#include "tests/support/fakes/temp_folder.hpp"
#include "tests/support/fakes/wait_until.hpp"
#include "tests/unit/client/client_lab.hpp"

namespace muster::provision {
namespace {

using client::must;

constexpr const char* kFirstClient = "lab-orchestrator";  // client ids
constexpr const char* kSecondClient = "second";

class DebtKeeperTest : public testing::Test {
 protected:
  DebtKeeperTest()
      : second_link_(lab_.broker().connect(kSecondClient, std::nullopt,
                                           [this](transport::LinkState state, const std::string&) {
                                             if (client::Link* link = hearing_) link->hear(state);
                                           }),
                     lab_.pki().orchestrator().signer(), "main", clock_) {
    hearing_ = &second_link_;
    lab_.pki().trust(second_link_.operators());
    writer_ = lab_.broker().connect("writer");
    for (auto* link : {&lab_.orchestrator(), &second_link_}) EXPECT_TRUE(link->believe(named_));
  }
  ~DebtKeeperTest() override { hearing_ = nullptr; }

  std::unique_ptr<DebtKeeper> opened(client::Link& link, const std::string& name) {
    return DebtKeeper::open(link, folder_ / name / "debts.json").value();
  }
  std::unique_ptr<DebtKeeper> first() { return opened(lab_.orchestrator(), "first"); }
  std::unique_ptr<DebtKeeper> second() { return opened(second_link_, "second"); }
  Debt debt() const { return {"m1", "n1", clock_.unix_ms(), {}}; }
  void disk_is_full(const std::string& name) { folder_.write(name, "a file where the folder was"); }
  void disk_has_room(const std::string& name) { std::filesystem::remove(folder_ / name); }
  std::optional<std::string> on_bus() {
    return lab_.broker().retained(transport::topics::debt("main", "m1", "n1"));
  }
  void broker_forgets() {
    must(writer_->publish(transport::topics::debt("main", "m1", "n1"), "", {.retain = true}));
  }
  // Signed by an orchestrator, which may be a thief.
  void say(const client::DebtAccount& account) {
    must(writer_->publish(transport::topics::debt("main", account.master, account.certname),
                          client::seal_debt(lab_.pki().orchestrator().signer(), account).value(),
                          {.retain = true}));
  }
  static bool comes_to_owe(const DebtKeeper& keeper) {
    return fakes::wait_until([&] { return keeper.owes("m1", "n1"); });
  }

  const fakes::TempFolder folder_;
  const base::SystemClock clock_;
  client::ClientLab lab_;
  std::atomic<client::Link*> hearing_{nullptr};
  client::Link second_link_;
  std::unique_ptr<transport::Bus> writer_;
  // That m1 is a master.
  const client::Endorsement named_ =
      client::endorse(lab_.orchestrator(), lab_.pki().puppet_ca().certificate());
};

TEST_F(DebtKeeperTest, WhatOneOwesAllKnowAndHaveOnTheirDisks) {
  const auto one = first();
  {
    const auto other = second();
    must(one->owe(debt()));
    ASSERT_TRUE(comes_to_owe(*other));
    other->keep();
  }
  // Whoever hears that it is cleared says it again, so fast that nobody would see that it was gone.
  for (const auto* client : {kFirstClient, kSecondClient}) lab_.broker().drop(client);
  broker_forgets();
  ASSERT_TRUE(fakes::wait_until([&] { return !on_bus(); }));
  lab_.broker().restore(kSecondClient);
  const auto other = second();
  EXPECT_TRUE(other->owes("m1", "n1"));
  EXPECT_TRUE(fakes::wait_until([&] { return on_bus().has_value(); })) << "and says it again";
}

TEST_F(DebtKeeperTest, AnyOfThemPaysAndAllHearOfIt) {
  const auto one = first();
  const auto other = second();
  must(one->owe(debt()));
  ASSERT_TRUE(comes_to_owe(*other));
  must(other->paid(other->of("m1").at(0)));
  EXPECT_TRUE(fakes::wait_until([&] { return one->size() == 0; }));
  one->keep();
  EXPECT_EQ(Debts::open(folder_ / "first" / "debts.json").value()->size(), 0U);
}

// What it wrote before it was away stands in its file still.
TEST_F(DebtKeeperTest, WhoWasAwayWhileItWasPaidOwesNothingWhenItIsBack) {
  const auto other = second();
  {
    const auto one = first();
    must(one->owe(debt()));
    ASSERT_TRUE(comes_to_owe(*other));
  }
  must(other->paid(other->of("m1").at(0)));
  EXPECT_EQ(first()->size(), 0U);
}

TEST_F(DebtKeeperTest, WhatIsClearedIsPutBackByWhoeverHeardIt) {
  const auto other = second();
  {
    const auto one = first();
    must(one->owe(debt()));
    ASSERT_TRUE(comes_to_owe(*other));
  }
  lab_.broker().drop(kFirstClient);
  broker_forgets();
  EXPECT_TRUE(fakes::wait_until([&] { return on_bus().has_value(); }));
}

TEST_F(DebtKeeperTest, AFullDiskDropsNoDebtThatTheBrokerHas) {
  const auto one = first();
  const auto other = second();
  disk_is_full("first");
  must(one->owe(debt()));
  EXPECT_TRUE(on_bus());
  EXPECT_TRUE(one->owes("m1", "n1"));
  EXPECT_TRUE(comes_to_owe(*other));
  disk_has_room("first");
  one->keep();
  EXPECT_EQ(Debts::open(folder_ / "first" / "debts.json").value()->size(), 1U);
}

TEST_F(DebtKeeperTest, WhatNeitherDiskNorBrokerHasIsNotTakenForOwed) {
  const auto one = first();
  disk_is_full("first");
  lab_.broker().drop(kFirstClient);
  EXPECT_EQ(one->owe(debt()).error().code, Errc::unavailable) << "the node is held up";
  lab_.broker().restore(kFirstClient);
  EXPECT_TRUE(fakes::wait_until([&] { return on_bus().has_value(); })) << "it is said all the same";
}

// Whoever may write them would fill the disk with lines.
TEST_F(DebtKeeperTest, ADebtThatIsRefusedAgainAndAgainIsToldOnce) {
  const auto one = first();
  const auto topic = transport::topics::debt("main", "m1", "n1");
  testing::internal::CaptureStderr();
  testing::internal::CaptureStdout();
  for (int i = 0; i < 20; ++i)
    must(writer_->publish(topic, fmt::format("no debt {}", i), {.retain = true}));
  const client::DebtAccount last{"m1", "n1", 1'000, {}, 0, {}, clock_.unix_ms()};
  say(last);
  EXPECT_TRUE(comes_to_owe(*one)) << "and has heard all before it";
  const auto log = testing::internal::GetCapturedStderr() + testing::internal::GetCapturedStdout();
  const std::string line = "a debt was refused";
  const auto at = log.find(line);
  ASSERT_NE(at, std::string::npos);
  EXPECT_EQ(log.find(line, at + 1), std::string::npos) << log;
}

TEST_F(DebtKeeperTest, ADebtOfAMasterThatNobodyEverNamedIsRefused) {
  auto withdrawn = named_;
  withdrawn.withdrawn = true;
  ++withdrawn.number;
  ASSERT_TRUE(lab_.orchestrator().believe(withdrawn)) << "it may come back";
  const auto one = first();
  say({"made-up", "n1", 1'000, {}, 0, {}, clock_.unix_ms()});
  say({"m1", "n1", 1'000, {}, 0, {}, clock_.unix_ms()});
  ASSERT_TRUE(comes_to_owe(*one)) << "and has heard the one before";
  EXPECT_FALSE(one->owes("made-up", "n1"));
}

std::set<std::string> thousand_serials(char first) {
  std::set<std::string> serials;
  for (std::size_t i = 0; i < client::kDebtSerialsMax; ++i)
    serials.insert(fmt::format("{}{:07x}", first, i));
  return serials;
}

// Of a stolen orchestrator: what could not be said together kept each from starting.
TEST_F(DebtKeeperTest, WhatTheBusSaysTooMuchOfKeepsNobodyFromStarting) {
  {
    const auto debts = Debts::open(folder_ / "first" / "debts.json").value();
    ASSERT_TRUE(debts->owe({"m1", "n1", 1'000, thousand_serials('a')}, clock_.unix_ms()));
    must(debts->save());
  }
  const client::DebtAccount more{"m1", "n1", 2'000, thousand_serials('b'), 0, {}, clock_.unix_ms()};
  say(more);
  const auto opened = DebtKeeper::open(lab_.orchestrator(), folder_ / "first" / "debts.json");
  ASSERT_TRUE(opened) << opened.error().message;
  EXPECT_EQ((*opened)->of("m1").at(0).serials, thousand_serials('a'));
}

}  // namespace
}  // namespace muster::provision
