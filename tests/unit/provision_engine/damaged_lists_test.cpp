// Faults tried by hand, 20: an orchestrator whose debts.json was empty refused to start.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "orchestrator/provision/live/ban_keeper.hpp"
#include "orchestrator/provision/live/debts.hpp"
#include "orchestrator/provision/live/endorsement_keeper.hpp"
#include "orchestrator/provision/live/kept_list.hpp"
#include "proto/base/files.hpp"
#include "proto/base/put_aside.hpp"
#include "tests/support/fakes/damages.hpp"
#include "tests/support/fakes/temp_folder.hpp"
#include "tests/unit/client/client_lab.hpp"

namespace muster::provision {
namespace {

using client::must;
using testing::SizeIs;

class DamagedListsTest : public testing::Test {
 protected:
  std::unique_ptr<client::Link> restarted() {
    auto link = std::make_unique<client::Link>(lab_.broker().connect("restarted"),
                                               lab_.pki().orchestrator().signer(), "main", clock_);
    lab_.pki().trust(link->operators());
    must(link->learn_trust());
    must(link->wait_trust());
    return link;
  }
  // One was put aside, with that content.
  void expect_aside(const std::string& content) {
    const auto aside = base::put_aside_since(folder_.path(), 0);
    ASSERT_THAT(aside, SizeIs(1));
    EXPECT_EQ(base::read_file(aside.front()).value(), content);
    std::filesystem::remove(aside.front());
  }
  static void owe(Debts& debts, const std::string& certname) {
    ASSERT_TRUE(debts.owe({"m1", certname, 1'000, {}}, 1'000));
    must(debts.save());
  }
  std::vector<std::string> owed(const Debts& debts) const {
    std::vector<std::string> names;
    for (const auto& debt : debts.of("m1")) names.push_back(debt.certname);
    return names;
  }

  const fakes::TempFolder folder_;
  base::SystemClock clock_;
  client::ClientLab lab_;
};

TEST_F(DamagedListsTest, BansArePutAsideAndBeginFromTheBus) {
  const auto file = folder_ / "bans.json";
  const auto ours = BanKeeper::open(lab_.orchestrator(), file).value();
  must(lab_.orchestrator().wait_trust());
  auto old = ours->ban("n1", "stolen", "alice").value();
  const auto number = ours->ban("n1", "stolen and sold", "alice").value().number;
  const auto good = folder_.read("bans.json");
  for (const auto& damage : fakes::damages_of(good)) {
    SCOPED_TRACE(damage.how);
    folder_.write("bans.json", damage.content);
    const auto link = restarted();
    const auto keeper = BanKeeper::open(*link, file);
    ASSERT_TRUE(keeper) << keeper.error().message;
    expect_aside(damage.content);
    ASSERT_TRUE(link->bans().banned("n1"));
    EXPECT_GE(link->bans().banned("n1")->number, number);
    old.banned = false;
    EXPECT_FALSE(link->take(old).value()) << "older than what was heard";
    (*keeper)->keep();
    EXPECT_NE(folder_.read("bans.json").find("stolen and sold"), std::string::npos);
  }
}

TEST_F(DamagedListsTest, AReasonWithControlCharactersIsKeptAsALineThatAllTake) {
  const auto file = folder_ / "bans.json";
  const auto ours = BanKeeper::open(lab_.orchestrator(), file).value();
  must(lab_.orchestrator().wait_trust());
  EXPECT_EQ(ours->ban("n1", "stolen\nand \x1b[2Jsold", "alice").value().reason,
            "stolen and \\x1b[2Jsold");
}

TEST_F(DamagedListsTest, AListThatCouldNotBeReadAgainIsNotWritten) {
  const auto file = folder_ / "list.json";
  must(write_kept_list(file, 4, "[1]\n"));
  const auto written = write_kept_list(file, 4, "[10]\n");
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().code, Errc::limit);
  EXPECT_EQ(folder_.read("list.json"), "[1]\n");
}

TEST_F(DamagedListsTest, TrustedCasArePutAsideAndBeginFromTheBus) {
  const auto file = folder_ / "trusted_cas.json";
  const auto& ca = lab_.pki().puppet_ca().certificate();
  const auto old = client::endorse(lab_.orchestrator(), ca, {"*.de"});
  auto gone = old;
  gone.withdrawn = true;
  ASSERT_TRUE(client::publish_trusted_ca(lab_.orchestrator(), gone));
  EndorsementKeeper::open(lab_.orchestrator(), file).value()->keep();
  const auto good = folder_.read("trusted_cas.json");
  for (const auto& damage : fakes::damages_of(good)) {
    SCOPED_TRACE(damage.how);
    folder_.write("trusted_cas.json", damage.content);
    const auto link = restarted();
    const auto keeper = EndorsementKeeper::open(*link, file);
    ASSERT_TRUE(keeper) << keeper.error().message;
    expect_aside(damage.content);
    EXPECT_FALSE(link->nodes().trusts(ca.fingerprint()));
    static_cast<void>(link->believe(old));
    EXPECT_FALSE(link->nodes().trusts(ca.fingerprint())) << "withdrawn since";
    (*keeper)->keep();
    EXPECT_NE(folder_.read("trusted_cas.json").find(R"("withdrawn":true)"), std::string::npos);
  }
}

TEST_F(DamagedListsTest, DebtsArePutAsideAndNewOnesAreTaken) {
  const auto file = folder_ / "debts.json";
  owe(*Debts::open(file).value(), "web1");
  const auto good = folder_.read("debts.json");
  for (const auto& damage : fakes::damages_of(good)) {
    SCOPED_TRACE(damage.how);
    folder_.write("debts.json", damage.content);
    const auto debts = Debts::open(file);
    ASSERT_TRUE(debts) << debts.error().message;
    expect_aside(damage.content);
    owe(**debts, "web2");
    EXPECT_THAT(owed(**Debts::open(file)), testing::ElementsAre("web2"));
  }
}

std::string debt_entry(const char* certname, const char* before_ms, const char* serials) {
  return fmt::format(R"({{"master": "m1", "certname": "{}", "owed_before_ms": {}, "owed": {}, )"
                     R"("paid_before_ms": 0, "paid": [], "at_ms": 1}})",
                     certname, before_ms, serials);
}

// A crash in between, or a full disk, and the next start found no list and said nothing.
TEST_F(DamagedListsTest, WhatCanBeReadIsKeptUntilItIsWrittenAnew) {
  const auto text = "[" + debt_entry("web1", "1", "[]") + "," + debt_entry("web2", "0", "[]") + "]";
  const auto file = folder_.write("debts.json", text);
  for (int starts = 0; starts < 2; ++starts) {
    const auto damaged =
        read_kept_list(file, 10'000, {"list", "it is read again"}, [](const Value& each) -> Status {
          if (each.at("owed_before_ms") == 1) return {};
          return fail(Errc::config, "no debt");
        });
    EXPECT_TRUE(damaged.value()) << "it died before it wrote it";
    EXPECT_THAT(base::put_aside_since(folder_.path(), 0), SizeIs(1));
  }
  EXPECT_THAT(owed(**Debts::open(file)), testing::ElementsAre("web1"));
  expect_aside(text);
  EXPECT_EQ(folder_.read("debts.json").find("web2"), std::string::npos);
}

TEST_F(DamagedListsTest, OneEntryThatIsDamagedCostsThatEntryAlone) {
  const auto whole = debt_entry("web1", "1", "[]");
  for (const auto& broken : {std::string("[1,2]"), std::string(R"({"master": "m1"})"),
                             debt_entry("web2", R"("1")", "[]"), debt_entry("web2", "1", "[1]"),
                             debt_entry("web2", "0", "[]")}) {
    SCOPED_TRACE(broken);
    const auto text = std::string("[") + broken + "," + whole + "]";
    const auto file = folder_.write("debts.json", text);
    EXPECT_THAT(owed(**Debts::open(file)), testing::ElementsAre("web1"));
    expect_aside(text);
    EXPECT_THAT(owed(**Debts::open(file)), testing::ElementsAre("web1")) << "written anew";
    EXPECT_THAT(base::put_aside_since(folder_.path(), 0), SizeIs(0));
  }
}

// A name that leads elsewhere, or more paid than is owed, would have been said on the bus, where nobody takes it.
TEST_F(DamagedListsTest, WhatNobodyWouldTakeFromTheBusIsNotTakenFromTheFileAndSaidWithItsNumber) {
  const auto whole = debt_entry("web1", "1", "[]");
  const auto with = [&](const std::string& word, const std::string& other) {
    auto text = debt_entry("web2", "1", R"(["0a"])");
    return text.replace(text.find(word), word.size(), other);
  };
  const std::pair<std::string, std::string> broken[] = {
      {with("web2", "../web2"), "'../web2'"},
      {with("m1", "m1/#"), "'m1/#'"},
      {with(R"("paid_before_ms": 0)", R"("paid_before_ms": 2)"), "more is paid than is owed"},
      {with(R"("paid": [])", R"("paid": ["0b"])"), "more is paid than is owed"},
      {with(R"("at_ms": 1)", R"("at_ms": -1)"), "0 or later, not -1"},
      {with("0a", "0A"), "'0A'"}};
  for (const auto& [text, why] : broken) {
    const auto file = folder_.write("debts.json", "[" + whole + "," + text + "]");
    testing::internal::CaptureStderr();
    testing::internal::CaptureStdout();
    const auto debts = Debts::open(file);
    const auto log =
        testing::internal::GetCapturedStderr() + testing::internal::GetCapturedStdout();
    EXPECT_THAT(owed(**debts), testing::ElementsAre("web1")) << text;
    EXPECT_THAT(log, testing::HasSubstr("1 of 2 entries: the first is entry 2: "));
    EXPECT_THAT(log, testing::HasSubstr(why));
  }
}

}  // namespace
}  // namespace muster::provision
