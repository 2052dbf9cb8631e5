#include "plugins/facts/fact_store.hpp"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include <atomic>
#include <fstream>
#include <nlohmann/json.hpp>

#include "tests/support/fakes/temp_folder.hpp"
#include "tests/support/fakes/wait_until.hpp"

namespace muster::facts {
namespace {

using namespace std::chrono_literals;

class FactStoreTest : public ::testing::Test {
 protected:
  Sources sources(std::chrono::milliseconds interval) const {
    Sources sources;
    sources.external_folders = {folder.path()};
    sources.interval = interval;
    return sources;
  }

  fakes::TempFolder folder;
};

TEST_F(FactStoreTest, FactsAreThereFromTheStart) {
  folder.write("a.txt", "country=de\n");
  const FactStore store(sources(1h));
  EXPECT_EQ((*store.facts())["country"], "de");
  EXPECT_EQ((*store.facts())["kernel"], "Linux");
}

TEST_F(FactStoreTest, ExternalFactsWinOverOurOwn) {
  folder.write("a.txt", "kernel=Other\n");
  const FactStore store(sources(1h));
  EXPECT_EQ((*store.facts())["kernel"], "Other");
}

TEST_F(FactStoreTest, SnapshotStaysWhileNewFactsCome) {
  folder.write("a.txt", "country=de\n");
  FactStore store(sources(1h));
  const auto before = store.facts();
  folder.write("a.txt", "country=us\n");
  store.refresh();
  EXPECT_EQ((*before)["country"], "de");
  EXPECT_EQ((*store.facts())["country"], "us");
}

TEST_F(FactStoreTest, ChangesAreSeenAfterTheInterval) {
  const FactStore store(sources(5ms));
  folder.write("a.txt", "country=de\n");
  EXPECT_TRUE(fakes::wait_until([&] { return store.facts()->contains("country"); }));
}

TEST_F(FactStoreTest, ManyMayReadWhileItCollects) {
  folder.write("a.txt", "country=de\n");
  FactStore store(sources(1ms));
  std::atomic<int> right{0};
  std::vector<std::thread> readers;
  for (int i = 0; i < 4; ++i)
    readers.emplace_back([&] {
      for (int round = 0; round < 200; ++round)
        if ((*store.facts())["country"] == "de") ++right;
    });
  for (int i = 0; i < 3; ++i) store.refresh();
  for (auto& reader : readers) reader.join();
  EXPECT_EQ(right, 800);
}

// One that hangs: what others say is there at once, and what it says comes when it says it.
TEST_F(FactStoreTest, AProgramThatTakesLongHoldsUpNothingElse) {
  folder.write("a.txt", "country=de\n");
  folder.write("slow.sh", "#!/bin/sh\nread x < \"$(dirname \"$0\")/go\"\necho colour=blue\n", 0755);
  const auto go = folder / "go";
  ASSERT_EQ(::mkfifo(go.c_str(), 0600), 0);
  auto slow = sources(1h);
  slow.external_timeout = 60s;
  slow.first_patience = 10ms;
  std::atomic<int> gathered{0};
  const FactStore store(slow, [&] { ++gathered; });
  EXPECT_EQ((*store.facts())["country"], "de");
  EXPECT_EQ((*store.facts())["kernel"], "Linux");
  EXPECT_FALSE(store.facts()->contains("colour"));
  std::ofstream(go) << "go\n";
  ASSERT_TRUE(fakes::wait_until([&] { return gathered > 0; }));
  EXPECT_EQ((*store.facts())["colour"], "blue");
}

TEST_F(FactStoreTest, EndKillsAProgramThatHangs) {
  folder.write("slow.sh", "#!/bin/sh\nsleep 300\n", 0755);
  auto slow = sources(1h);
  slow.external_timeout = 300s;
  slow.first_patience = 10ms;
  const auto started = std::chrono::steady_clock::now();
  {
    const FactStore store(slow);
    EXPECT_FALSE(store.facts()->empty());
  }
  EXPECT_LT(std::chrono::steady_clock::now() - started, 60s);
}

TEST_F(FactStoreTest, WhoAsksForNoFactsDoesNotWaitForThem) {
  folder.write("slow.sh", "#!/bin/sh\nread x < \"$(dirname \"$0\")/go\"\necho colour=blue\n", 0755);
  const auto go = folder / "go";
  ASSERT_EQ(::mkfifo(go.c_str(), 0600), 0);
  auto slow = sources(1h);
  slow.external_timeout = slow.first_patience = 300s;
  const auto started = std::chrono::steady_clock::now();
  const FactStore store(slow);
  EXPECT_LT(std::chrono::steady_clock::now() - started, 60s);
  std::ofstream(go) << "go\n";
  EXPECT_EQ((*store.facts())["colour"], "blue");
}

TEST_F(FactStoreTest, ACollectionThatIsAskedForHasANumberAndNewSources) {
  folder.write("a.txt", "country=de\n");
  FactStore store(sources(1h));
  auto other = sources(1h);
  other.external_folders = {folder / "other"};
  folder.write("other/a.txt", "country=us\n");
  const auto number = store.refresh_soon(other);
  ASSERT_TRUE(fakes::wait_until([&] { return store.has_gathered(number); }));
  EXPECT_EQ((*store.facts())["country"], "us");
  EXPECT_FALSE(store.has_gathered(number + 1));
}

TEST_F(FactStoreTest, EndDoesNotWaitForTheInterval) {
  const auto started = std::chrono::steady_clock::now();
  {
    const FactStore store(sources(1h));
    EXPECT_FALSE(store.facts()->empty());
  }
  EXPECT_LT(std::chrono::steady_clock::now() - started, 30s);
}

}  // namespace
}  // namespace muster::facts
