#include "proto/base/strict_yaml.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <ctime>
#include <functional>
#include <nlohmann/json.hpp>

#include "tests/support/fakes/temp_folder.hpp"

namespace muster::base {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

StrictMap parse(std::string_view text) {
  auto map = StrictMap::from_text(text, "agent.yaml");
  EXPECT_TRUE(map) << map.error().message;
  return std::move(*map);
}

std::string message_of(const Status& status) {
  if (status) return "";
  EXPECT_EQ(status.error().code, Errc::config);
  return status.error().message;
}

TEST(StrictYamlTest, EveryKindOfValueIsRead) {
  auto map = parse(
      "name: web1\nport: 8883\nlog: /var/log\nquick: true\ntags: [a, b]\none: c\nfree: {x: 1}\n");
  std::string name;
  std::int64_t port = 0;
  std::filesystem::path log;
  bool quick = false;
  std::vector<std::string> tags;
  std::vector<std::string> one;
  Value free;
  map.text("name", name);
  map.integer("port", port, 1, 65535);
  map.path("log", log);
  map.boolean("quick", quick);
  map.texts("tags", tags);
  map.texts("one", one);
  map.any("free", free);
  EXPECT_EQ(message_of(map.finish()), "");
  EXPECT_EQ(name, "web1");
  EXPECT_EQ(port, 8883);
  EXPECT_EQ(log, "/var/log");
  EXPECT_TRUE(quick);
  EXPECT_THAT(tags, ElementsAre("a", "b"));
  EXPECT_THAT(one, ElementsAre("c"));
  EXPECT_EQ(free, (Value{{"x", 1}}));
}

TEST(StrictYamlTest, AbsentKeysLeaveTheDefault) {
  auto map = parse("");
  std::string name = "default";
  std::int64_t port = 5;
  map.text("name", name);
  map.integer("port", port, 1, 10);
  map.map("limits", [](StrictMap&) { FAIL() << "there is no such map"; });
  EXPECT_EQ(message_of(map.finish()), "");
  EXPECT_EQ(name, "default");
  EXPECT_EQ(port, 5);
}

TEST(StrictYamlTest, UnknownKeyNamesFileLineAndTheNearestKey) {
  auto map = parse("broker: x\nidentiy: web1\n");
  std::string ignored;
  map.text("broker", ignored);
  map.text("identity", ignored);
  EXPECT_EQ(message_of(map.finish()),
            "agent.yaml:2: unknown key 'identiy'; did you mean 'identity'?");
}

TEST(StrictYamlTest, UnknownKeyInANestedMapIsFound) {
  auto map = parse("limits:\n  jobs: 3\n  quueue: 4\n");
  std::int64_t number = 0;
  map.map("limits", [&](StrictMap& limits) {
    limits.integer("jobs", number, 1, 10);
    limits.integer("queue", number, 1, 10);
  });
  EXPECT_EQ(message_of(map.finish()), "agent.yaml:3: unknown key 'quueue'; did you mean 'queue'?");
}

TEST(StrictYamlTest, ProblemsComeInTheOrderOfTheFile) {
  auto map = parse("quueue: 1\nqueue: x\nworkers: y\n");
  std::int64_t number = 0;
  map.integer("workers", number, 0, 9);
  map.integer("queue", number, 0, 9);
  EXPECT_EQ(message_of(map.finish()),
            "agent.yaml:1: unknown key 'quueue'; did you mean 'queue'?\n"
            "agent.yaml:2: 'queue' must be a whole number from 0 to 9, not 'x'\n"
            "agent.yaml:3: 'workers' must be a whole number from 0 to 9, not 'y'");
}

TEST(StrictYamlTest, ManyProblemsAreCounted) {
  auto map = parse(
      "{k1: 0,\nk2: 0,\nk3: 0,\nk4: 0,\nk5: 0,\nk6: 0,\nk7: 0,\nk8: 0,\nk9: 0,\nk10: 0,\nk11: "
      "0,\nk12: 0}\n");
  EXPECT_THAT(message_of(map.finish()),
              AllOf(HasSubstr("agent.yaml:10"), HasSubstr("… and 2 more")));
}

TEST(StrictYamlTest, WrongTypesAreErrorsAndChangeNothing) {
  auto map = parse("port: '8883'\nquick: yes\nname: [x]\nlist: {a: 1}\nbig: 70000\nmap: 3\n");
  std::int64_t port = 1;
  std::int64_t big = 2;
  bool quick = false;
  std::string name = "n";
  std::vector<std::string> list{"l"};
  map.integer("port", port, 1, 65535);
  map.integer("big", big, 1, 65535);
  map.boolean("quick", quick);
  map.text("name", name);
  map.texts("list", list);
  const auto message = message_of(map.finish());
  EXPECT_THAT(message,
              HasSubstr("agent.yaml:1: 'port' must be a whole number from 1 to 65535, not '8883'"));
  EXPECT_THAT(message, HasSubstr("agent.yaml:2: 'quick' must be true or false, not 'yes'"));
  EXPECT_THAT(message, HasSubstr("agent.yaml:3: 'name' must be a text, not a list"));
  EXPECT_THAT(message, HasSubstr("agent.yaml:4: 'list' must be a list of texts, not a map"));
  EXPECT_THAT(message, HasSubstr("agent.yaml:5: 'big'"));
  EXPECT_EQ(port, 1);
  EXPECT_EQ(big, 2);
  EXPECT_EQ(name, "n");
  EXPECT_THAT(list, ElementsAre("l"));
}

TEST(StrictYamlTest, ATimesUnitIsSaid) {
  auto map = StrictMap::from_text("interval_s: 5m\nkeep_h: 7d\npause_ms: -1\n", "a.yaml").value();
  std::int64_t number = 0;
  for (const char* key : {"interval_s", "keep_h", "pause_ms"}) map.integer(key, number, 0, 9);
  const auto why = map.finish().error().message;
  EXPECT_THAT(why,
              HasSubstr("'interval_s' must be a whole number of seconds from 0 to 9, not '5m'"));
  EXPECT_THAT(why, HasSubstr("'keep_h' must be a whole number of hours from 0 to 9, not '7d'"));
  EXPECT_THAT(why, HasSubstr("'pause_ms' must be a whole number of milliseconds from 0 to 9"));
}

TEST(StrictYamlTest, MapThatIsAScalarIsAnError) {
  auto map = parse("limits: 3\n");
  map.map("limits", [](StrictMap&) { FAIL() << "not a map"; });
  EXPECT_EQ(message_of(map.finish()), "agent.yaml:1: 'limits' must be a map, not a single value");
}

TEST(StrictYamlTest, KeyThatStandsTwiceIsAnError) {
  auto map = parse("a: 1\nb: 2\na: 3\n");
  std::string ignored;
  map.text("a", ignored);
  map.text("b", ignored);
  EXPECT_EQ(message_of(map.finish()), "agent.yaml:3: key 'a' stands here twice; first on line 1");
}

TEST(StrictYamlTest, EachRepeatOfAKeyNamesTheFirst) {
  auto map = parse("a: 1\na: 2\na: 3\n");
  std::string value;
  map.text("a", value);
  EXPECT_EQ(value, "1");
  EXPECT_EQ(message_of(map.finish()),
            "agent.yaml:2: key 'a' stands here twice; first on line 1\n"
            "agent.yaml:3: key 'a' stands here twice; first on line 1");
}

TEST(StrictYamlTest, TheFirstProblemsOfTheFileAreShownInWhateverOrderTheyWereFound) {
  std::string text;
  for (int i = 1; i <= 15; ++i) text += fmt::format("key{}: word\n", i);
  auto map = parse(text);
  std::int64_t number = 0;
  for (int i = 15; i >= 1; --i) map.integer(fmt::format("key{}", i), number, 0, 1);
  const auto message = message_of(map.finish());
  EXPECT_THAT(message, AllOf(HasSubstr("agent.yaml:1: 'key1'"), HasSubstr("agent.yaml:10: 'key10'"),
                             HasSubstr("… and 5 more")));
  EXPECT_THAT(message, Not(HasSubstr("agent.yaml:11:")));
}

double processor_seconds_of(const std::function<void()>& work) {
  const auto now = [] {
    timespec time{};
    EXPECT_EQ(clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time), 0);
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
  };
  const auto start = now();
  work();
  return now() - start;
}

// Compared with the same text read as a value, whose maps are trees: a machine's speed plays no part.
TEST(StrictYamlTest, ManyKeysCostLittleMoreThanToParseThem) {
  constexpr int kKeys = 40'000;
  constexpr double kTimesMax = 4;
  std::string text;
  for (int i = 0; i < kKeys; ++i) text += fmt::format("key{}: 1\n", i);
  const auto parsing = processor_seconds_of([&] { ASSERT_TRUE(yaml_to_value(text, "a.yaml")); });
  std::string message;
  const auto reading = processor_seconds_of([&] { message = message_of(parse(text).finish()); });
  EXPECT_THAT(message, HasSubstr("… and 39990 more"));
  EXPECT_LT(reading, kTimesMax * parsing);
}

TEST(StrictYamlTest, ListOfMapsIsReadInOrder) {
  auto map = parse("steps:\n  - name: one\n  - name: two\n    extra: 1\n");
  std::vector<std::string> names;
  map.maps("steps", [&](StrictMap& step) {
    names.emplace_back();
    step.text("name", names.back());
  });
  EXPECT_THAT(names, ElementsAre("one", "two"));
  EXPECT_THAT(message_of(map.finish()), HasSubstr("agent.yaml:4: unknown key 'extra'"));
}

TEST(StrictYamlTest, EachVisitsUserChosenNamesInOrder) {
  auto map = parse("zulu: {port: 1}\nalpha: {port: 2}\nempty:\n");
  std::vector<std::string> seen;
  map.each([&](const std::string& key, StrictMap& one) {
    std::int64_t port = 0;
    one.integer("port", port, 0, 9);
    seen.push_back(key + std::to_string(port));
  });
  EXPECT_EQ(message_of(map.finish()), "");
  EXPECT_THAT(seen, ElementsAre("zulu1", "alpha2", "empty0"));
}

TEST(StrictYamlTest, OwnComplaintsCarryTheirLine) {
  auto map = parse("\nurl: ftp://x\n");
  std::string url;
  map.text("url", url);
  map.complain("url", "only mqtts:// is spoken here");
  EXPECT_EQ(map.where("url"), "agent.yaml:2");
  EXPECT_EQ(message_of(map.finish()), "agent.yaml:2: only mqtts:// is spoken here");
}

TEST(StrictYamlTest, SyntaxErrorNamesTheLine) {
  const auto map = StrictMap::from_text("a: 1\nb: [1, 2\n", "agent.yaml");
  ASSERT_FALSE(map);
  EXPECT_EQ(map.error().code, Errc::config);
  EXPECT_THAT(map.error().message, HasSubstr("agent.yaml:3: "));
}

TEST(StrictYamlTest, ListInsteadOfKeysIsAnError) {
  const auto map = StrictMap::from_text("- a\n- b\n", "agent.yaml");
  ASSERT_FALSE(map);
  EXPECT_EQ(map.error().message, "agent.yaml:1: must hold keys and values, not a list");
}

TEST(StrictYamlTest, FileIsNamedByItsPath) {
  const fakes::TempFolder folder;
  const auto path = folder.write("a.yaml", "wrong: 1\n");
  auto map = StrictMap::from_file(path);
  ASSERT_TRUE(map);
  EXPECT_THAT(message_of(map->finish()), HasSubstr(path.string() + ":1: "));
  const auto none = StrictMap::from_file(folder / "none.yaml");
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().code, Errc::not_found);
}

}  // namespace
}  // namespace muster::base
