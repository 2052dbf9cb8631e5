#include "plugins/facts/fact_store.hpp"

#include <gmock/gmock.h>

#include <atomic>
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

TEST_F(FactStoreTest, EndDoesNotWaitForTheInterval) {
  const auto started = std::chrono::steady_clock::now();
  { const FactStore store(sources(1h)); }
  EXPECT_LT(std::chrono::steady_clock::now() - started, 30s);
}

}  // namespace
}  // namespace muster::facts
