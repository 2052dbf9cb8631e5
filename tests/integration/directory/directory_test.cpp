// The directory over a real Mosquitto: as it is installed, as it forgets, and with two who want one topic.
#include <gmock/gmock.h>

#include <atomic>
#include <map>
#include <mutex>
#include <optional>
#include <regex>

#include "orchestrator/client/link_directory.hpp"
#include "orchestrator/client/link_threads.hpp"
#include "proto/base/files.hpp"
#include "tests/support/fakes/wait_until.hpp"
#include "tests/support/mosquitto/mosquitto.hpp"

namespace muster::test {
namespace {

using client::LinkDirectory;
using client::LinkThreads;
using fakes::wait_until;
using transport::LinkState;
using transport::Message;

constexpr std::chrono::seconds kLongPatience{60};  // sanitized, on a busy machine
const std::string kRecords = "muster/v1/main/provision/";

// A client with a directory.
class Party {
 public:
  Party(transport::mqtt::Options options, const std::string& name) {
    options.backoff_first = std::chrono::milliseconds(20);
    options.backoff_most = std::chrono::milliseconds(100);
    auto bus = transport::mqtt::connect(options, [this](LinkState state, const std::string&) {
      const std::lock_guard lock(mutex_);
      if (directory_) directory_->hear(state);
    });
    if (!bus) throw std::runtime_error(bus.error().message);
    bus_ = *std::move(bus);
    const std::lock_guard lock(mutex_);
    directory_ = std::make_unique<LinkDirectory>(
        *bus_, threads_.directory(),
        "muster/v1/main/rep/" + name + "/d" + std::to_string(++made_) + "/self");
  }
  ~Party() {
    bus_->disconnect();
    threads_.stop();
    const auto gone = [this] {
      const std::lock_guard lock(mutex_);
      return std::move(directory_);
    }();
  }
  Party(const Party&) = delete;
  Party& operator=(const Party&) = delete;

  transport::Bus& bus() { return *bus_; }
  LinkDirectory& directory() { return *directory_; }

 private:
  static inline int made_ = 0;
  std::mutex mutex_;
  std::unique_ptr<transport::Bus> bus_;
  LinkThreads threads_;  // ask the bus
  std::unique_ptr<LinkDirectory> directory_;
};

// What a watch told.
class Told {
 public:
  explicit Told(LinkDirectory& directory) : directory_(directory) {
    directory.run([this](transport::Directory& its) {
      watch_ = its.watch(kRecords + "+", {.on_entry =
                                              [this](const Message& entry) {
                                                const std::lock_guard lock(mutex_);
                                                entries_[entry.topic] = entry.payload;
                                              },
                                          .on_lost = {},
                                          .on_complete =
                                              [this](const transport::Snapshot& all) {
                                                const std::lock_guard lock(mutex_);
                                                complete_ = all;
                                              },
                                          .expected = {},
                                          .on_subscribed = {}});
    });
  }
  ~Told() {
    directory_.run([this](transport::Directory& its) { its.unwatch(watch_); });
  }
  Told(const Told&) = delete;
  Told& operator=(const Told&) = delete;

  std::optional<transport::Snapshot> complete() const {
    const std::lock_guard lock(mutex_);
    return complete_;
  }
  std::string of(const std::string& topic) const {
    const std::lock_guard lock(mutex_);
    const auto found = entries_.find(topic);
    return found == entries_.end() ? "" : found->second;
  }
  std::size_t size() const {
    const std::lock_guard lock(mutex_);
    return entries_.size();
  }

 private:
  LinkDirectory& directory_;
  transport::Directory::Id watch_ = 0;
  mutable std::mutex mutex_;
  std::map<std::string, std::string> entries_;
  std::optional<transport::Snapshot> complete_;
};

class DirectoryLiveTest : public testing::Test {
 protected:
  // Mosquitto's own limits instead of ours.
  void make_stock() {
    mosquitto_.stop();
    const auto file = mosquitto_.folder().config_file();
    const auto text = base::read_file(file).value();
    const std::regex limits("max_(queued|inflight)_messages [0-9]+\n");
    ASSERT_TRUE(base::write_file(file, std::regex_replace(text, limits, "")));
    mosquitto_.start();
  }
  // At most once: a stock Mosquitto takes no more than 20 at a time otherwise.
  void keep(Party& party, int count, const std::string& payload) {
    using transport::Qos;
    for (int number = 0; number < count; ++number) {
      const auto qos = number + 1 < count ? Qos::at_most_once : Qos::at_least_once;
      ASSERT_TRUE(party.bus().publish(kRecords + "n" + std::to_string(number), payload,
                                      {.qos = qos, .retain = true}));
      if (number % 4'000 == 3'999) {
        ASSERT_TRUE(party.bus().flush(kLongPatience));
      }
    }
    ASSERT_TRUE(party.bus().flush(kLongPatience));
  }
  void forget_everything() {
    mosquitto_.kill();
    std::filesystem::remove(mosquitto_.config().folder / "data" / "mosquitto.db");
    mosquitto_.start();
  }

  TestPki pki_;
  Mosquitto mosquitto_{pki_};
};

TEST_F(DirectoryLiveTest, OfAStockMosquittoAllIsToldOrTheLossIsSaid) {
  constexpr std::size_t kEntries = 3'000;  // thrice what it gives at once; docs/adr/0058 has 12,500
  make_stock();
  Party orchestrator(mosquitto_.as_orchestrator(), "orchestrator");
  for (const std::size_t size : {100, 4'000}) {
    ASSERT_NO_FATAL_FAILURE(keep(orchestrator, kEntries, std::string(size, 'x')));
    Party reader(mosquitto_.as_operator(), "alice");
    const Told told(reader.directory());
    ASSERT_TRUE(wait_until([&] { return told.complete().has_value(); }, kLongPatience));
    const auto all = *told.complete();
    RecordProperty("told_of_" + std::to_string(size), static_cast<int>(told.size()));
    EXPECT_EQ(told.size(), all.entries);
    EXPECT_TRUE(all.entries == kEntries || !all.sure()) << all.entries << " of " << kEntries;
    EXPECT_GT(all.entries, 1'020U) << "what it gives whoever asks once";
  }
}

TEST_F(DirectoryLiveTest, ABrokerWithOurLimitsTellsAllAndIsNotDoubted) {
  Party orchestrator(mosquitto_.as_orchestrator(), "orchestrator");
  ASSERT_NO_FATAL_FAILURE(keep(orchestrator, 2'000, "x"));
  Party reader(mosquitto_.as_operator(), "alice");
  const Told told(reader.directory());
  ASSERT_TRUE(wait_until([&] { return told.complete().has_value(); }));
  EXPECT_EQ(told.complete()->doubt, "");
  EXPECT_EQ(told.size(), 2'000U);
}

TEST_F(DirectoryLiveTest, WhatIsOursIsThereAgainAfterTheBrokerForgotEverything) {
  constexpr int kOurs = 1'000;
  Party orchestrator(mosquitto_.as_orchestrator(), "orchestrator");
  for (int number = 0; number < kOurs; ++number)
    ASSERT_TRUE(orchestrator.directory().put({.topic = kRecords + std::to_string(number),
                                              .payload = "ours",
                                              .heard_by = kRecords + "+"}));
  ASSERT_TRUE(orchestrator.bus().flush(fakes::kPatience));
  forget_everything();
  Party reader(mosquitto_.as_operator(), "alice");
  const Told told(reader.directory());
  EXPECT_TRUE(wait_until([&] { return told.size() == kOurs; })) << told.size();
}

TEST_F(DirectoryLiveTest, WhatWasClearedWhileWeWereAwayIsThereAgain) {
  const auto topic = kRecords + "n1";
  Party orchestrator(mosquitto_.as_orchestrator(), "orchestrator");
  ASSERT_TRUE(orchestrator.directory().put({.topic = topic, .payload = "ours"}));
  ASSERT_TRUE(orchestrator.bus().flush(fakes::kPatience));
  mosquitto_.stop();
  mosquitto_.start();  // with its memory
  Party other(mosquitto_.as_orchestrator("other"), "orchestrator");
  const Told told(other.directory());
  ASSERT_TRUE(wait_until([&] { return told.of(topic) == "ours"; }));
  ASSERT_TRUE(other.bus().publish(topic, "", {.retain = true}));
  ASSERT_TRUE(other.bus().flush(fakes::kPatience));
  EXPECT_TRUE(wait_until([&] { return told.of(topic) == "ours"; }));
}

TEST_F(DirectoryLiveTest, OfTwoOwnersTheNewerOneStands) {
  const auto order = [](const Message& message) -> std::optional<std::uint64_t> {
    return message.payload.size();
  };
  const auto topic = kRecords + "n1";
  std::atomic<int> newer{0};
  Party one(mosquitto_.as_orchestrator("one"), "orchestrator");
  Party two(mosquitto_.as_orchestrator("two"), "orchestrator");
  ASSERT_TRUE(one.directory().put(
      {.topic = topic, .payload = "1", .order = order, .on_newer = [&](const Message&) {
         ++newer;
       }}));
  ASSERT_TRUE(two.directory().put({.topic = topic, .payload = "22", .order = order}));
  ASSERT_TRUE(wait_until([&] { return newer > 0; }));
  Party reader(mosquitto_.as_operator(), "alice");
  const Told told(reader.directory());
  ASSERT_TRUE(wait_until([&] { return told.complete().has_value(); }));
  EXPECT_EQ(told.of(topic), "22");
  one.directory().leave(topic);  // what it tells is gone before it is
}

}  // namespace
}  // namespace muster::test
