#include "plugins/facts/external.hpp"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "tests/support/fakes/temp_folder.hpp"

namespace muster::facts {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

class ExternalFactsTest : public ::testing::Test {
 protected:
  // What the log says meanwhile.
  std::string log_of_collect(Value& facts) {
    testing::internal::CaptureStdout();
    testing::internal::CaptureStderr();
    facts = external.collect();
    return testing::internal::GetCapturedStdout() + testing::internal::GetCapturedStderr();
  }

  fakes::TempFolder folder;
  ExternalFacts external{{folder / "first", folder / "second"}, 3s};
};

TEST_F(ExternalFactsTest, EveryKindOfFileIsRead) {
  folder.write("first/a.yaml", "country: de\nrack: {row: 3}\n");
  folder.write("first/b.json", R"({"tags": ["x", "y"], "big": 9007199254740993})");
  folder.write("first/c.txt", "# comment\nRole = web server\n\nempty=\n");
  folder.write("first/d.sh", "#!/bin/sh\necho colour=blue\necho n=5\n", 0755);
  folder.write("first/e", "#!/bin/sh\necho '---'; echo 'shape: {sides: 4}'\n", 0755);
  folder.write("first/f", "#!/bin/sh\necho '{\"json\": true}'\n", 0755);
  const auto facts = external.collect();
  EXPECT_EQ(facts["country"], "de");
  EXPECT_EQ(facts["rack"]["row"], 3);
  EXPECT_EQ(facts["tags"], (Value{"x", "y"}));
  EXPECT_EQ(facts["big"], 9007199254740993);
  EXPECT_EQ(facts["role"], "web server") << "names are lower case, as Facter makes them";
  EXPECT_FALSE(facts.contains("empty")) << "nothing is no fact, as in Facter";
  EXPECT_EQ(facts["colour"], "blue");
  EXPECT_EQ(facts["n"], "5") << "key=value is text, as in Facter";
  EXPECT_EQ(facts["shape"]["sides"], 4);
  EXPECT_EQ(facts["json"], true);
}

TEST_F(ExternalFactsTest, WhatOthersMayWriteIsNeitherReadNorRun) {
  folder.write("first/a.yaml", "country: de\n", 0666);
  folder.write("first/b", "#!/bin/sh\necho colour=blue\n", 0777);
  folder.write("second/c.yaml", "rack: 3\n");
  std::filesystem::permissions(folder / "second", std::filesystem::perms(0757));
  Value facts;
  const auto log = log_of_collect(facts);
  EXPECT_TRUE(facts.empty()) << facts;
  EXPECT_THAT(log, HasSubstr("run: chmod go-w " + (folder / "first/a.yaml").string()));
  EXPECT_THAT(log, HasSubstr("run: chmod o-w " + (folder / "second").string()));
}

TEST_F(ExternalFactsTest, LaterFolderAndLaterFileWin) {
  folder.write("first/a.txt", "country=de\nregion=1\n");
  folder.write("first/b.txt", "region=2\n");
  folder.write("second/a.txt", "country=us\n");
  const auto facts = external.collect();
  EXPECT_EQ(facts["country"], "us");
  EXPECT_EQ(facts["region"], "2");
}

TEST_F(ExternalFactsTest, FoldersThatAreMissingAreFine) {
  EXPECT_TRUE(external.collect().empty());
}

TEST_F(ExternalFactsTest, BrokenFileIsNamedWithItsLineAndKeepsWhatItSaidBefore) {
  folder.write("first/a.yaml", "country: de\n");
  EXPECT_EQ(external.collect()["country"], "de");
  folder.write("first/a.yaml", "country: de\nrack: [1, 2\n");
  Value facts;
  EXPECT_THAT(log_of_collect(facts), HasSubstr((folder / "first/a.yaml").string() + ":3: "));
  EXPECT_EQ(facts["country"], "de");
}

TEST_F(ExternalFactsTest, WarningIsGivenOnceAndRecoveryIsTold) {
  folder.write("first/a.yaml", "- list\n");
  Value facts;
  EXPECT_THAT(log_of_collect(facts), HasSubstr("must hold a map of facts"));
  EXPECT_EQ(log_of_collect(facts), "");
  folder.write("first/a.yaml", "country: de\n");
  EXPECT_THAT(log_of_collect(facts), HasSubstr("well again"));
  EXPECT_EQ(facts["country"], "de");
}

TEST_F(ExternalFactsTest, BadLineOfATextFileCostsOnlyItself) {
  folder.write("first/a.txt", "country=de\nnonsense\nrole=web\n");
  Value facts;
  EXPECT_THAT(log_of_collect(facts), HasSubstr("a.txt:2: 'nonsense' is no key=value"));
  EXPECT_EQ(facts["country"], "de");
  EXPECT_EQ(facts["role"], "web");
}

TEST_F(ExternalFactsTest, RemovedFileTakesItsFactsWithIt) {
  const auto file = folder.write("first/a.txt", "country=de\n");
  EXPECT_EQ(external.collect().size(), 1U);
  std::filesystem::remove(file);
  EXPECT_TRUE(external.collect().empty());
}

TEST_F(ExternalFactsTest, ExecutableThatFailsKeepsItsLastFacts) {
  const auto* script =
      "#!/bin/sh\n[ -e \"$(dirname \"$0\")/../broken\" ] && { echo 'no route' >&2; exit 3; }\necho "
      "country=de\n";
  folder.write("first/a.sh", script, 0755);
  EXPECT_EQ(external.collect()["country"], "de");
  folder.write("broken", "");
  Value facts;
  EXPECT_THAT(log_of_collect(facts), HasSubstr("exit code 3: 'no route'"));
  EXPECT_EQ(facts["country"], "de");
}

TEST_F(ExternalFactsTest, WhatAnExecutablePrintsBeforeItFailsCounts) {
  folder.write("first/a.sh", "#!/bin/sh\necho country=de\necho 'no route' >&2\nexit 1\n", 0755);
  Value facts;
  EXPECT_THAT(log_of_collect(facts), HasSubstr("exit code 1: 'no route'"));
  EXPECT_EQ(facts["country"], "de");
}

TEST_F(ExternalFactsTest, WhatAProgramComplainsOfIsAWarningAndCostsNoFact) {
  folder.write("first/a", "#!/bin/sh\necho 'no rack database' >&2\necho colour=blue\n", 0755);
  Value facts;
  const auto log = log_of_collect(facts);
  EXPECT_EQ(facts["colour"], "blue");
  EXPECT_THAT(log, HasSubstr("warning] external facts are doubtful: " +
                             (folder / "first/a").string() + ": it says 'no rack database'"));
  EXPECT_EQ(log_of_collect(facts), "") << "once is enough";
}

TEST_F(ExternalFactsTest, WrongByteCostsItselfAndIsNamedOnceWithItsLine) {
  folder.write("first/a.yaml", "country: de\ncity: M\xfcnchen\n");
  folder.write("first/b.txt", "a=1\nb=2\nowner=Ren\xe9\n");
  folder.write("first/c.sh", "#!/bin/sh\nprintf 'x=1\\nstreet=caf\\351\\n'\n", 0755);
  Value facts;
  const auto log = log_of_collect(facts);
  EXPECT_THAT(log, HasSubstr("a.yaml:2: bytes that are not UTF-8"));
  EXPECT_THAT(log, HasSubstr("b.txt:3: bytes that are not UTF-8"));
  EXPECT_THAT(log, HasSubstr("c.sh:2: bytes that are not UTF-8"));
  EXPECT_EQ(facts["country"], "de");
  EXPECT_EQ(facts["city"], "M\uFFFDnchen");
  EXPECT_EQ(facts["owner"], "Ren\uFFFD");
  EXPECT_EQ(facts["street"], "caf\uFFFD");
  EXPECT_EQ(log_of_collect(facts), "");
  folder.write("first/a.yaml", "city: München\n");
  EXPECT_THAT(log_of_collect(facts), HasSubstr("well again"));
  EXPECT_EQ(facts["city"], "München");
  EXPECT_FALSE(facts.contains("country"));
}

TEST_F(ExternalFactsTest, FileInUtf16IsRead) {
  const std::string text(
      "\xff\xfe"
      "a\0=\0"
      "\xe9\0\r\0\n\0",
      12);
  folder.write("first/a.txt", text);
  EXPECT_EQ(external.collect()["a"], "é");
}

TEST_F(ExternalFactsTest, FactThatNestsTooDeepToTravelCostsItself) {
  folder.write("first/a.yaml", "deep: " + std::string(kFactDepthMax + 1, '[') +
                                   std::string(kFactDepthMax + 1, ']') + "\ncountry: de\n");
  Value facts;
  EXPECT_THAT(log_of_collect(facts), HasSubstr("fact 'deep' nests deeper than the limit of 24"));
  EXPECT_EQ(facts, (Value{{"country", "de"}}));
}

TEST_F(ExternalFactsTest, AliasBombCostsItsFileAlone) {
  std::string bomb = "a: &a [x,x,x,x,x,x,x,x,x,x]\n";
  for (char c = 'b'; c < 'j'; ++c) {
    const std::string before(1, static_cast<char>(c - 1));
    bomb += std::string(1, c) + ": &" + c + " [";
    for (int i = 0; i < 10; ++i) bomb += "*" + before + (i < 9 ? "," : "]\n");
  }
  folder.write("first/a.yaml", bomb);
  folder.write("first/b.yaml", "country: de\n");
  Value facts;
  EXPECT_THAT(log_of_collect(facts), HasSubstr("limit of 100000 values"));
  EXPECT_EQ(facts, (Value{{"country", "de"}}));
}

TEST_F(ExternalFactsTest, ExecutableThatHangsIsKilledAtItsLimit) {
  folder.write("first/a.sh", "#!/bin/sh\nsleep 300\n", 0755);
  folder.write("first/b.txt", "country=de\n");
  ExternalFacts hasty({folder / "first"}, 200ms);
  const auto started = std::chrono::steady_clock::now();
  const auto facts = hasty.collect();
  EXPECT_LT(std::chrono::steady_clock::now() - started, 60s);
  EXPECT_EQ(facts["country"], "de");
}

TEST_F(ExternalFactsTest, ExecutableThatFloodsIsRefused) {
  folder.write("first/a.sh", "#!/bin/sh\nhead -c 400000 /dev/zero | tr '\\0' x\n", 0755);
  Value facts;
  EXPECT_THAT(log_of_collect(facts), HasSubstr("limit of 262144 bytes"));
}

TEST_F(ExternalFactsTest, LeftoversOfEditorsAreSkippedAndOddFilesNamed) {
  folder.write("first/a.yaml~", "old: 1\n");
  folder.write("first/.a.yaml.swp", "x");
  folder.write("first/a.yaml.dpkg-old", "old: 1\n");
  folder.write("first/README", "hello");
  Value facts;
  EXPECT_THAT(log_of_collect(facts),
              HasSubstr("README: neither .yaml, .json, .txt nor executable"));
  EXPECT_TRUE(facts.empty());
}

TEST_F(ExternalFactsTest, StoppedCollectionStartsNoExecutable) {
  folder.write("first/a.sh", "#!/bin/sh\ntouch \"$(dirname \"$0\")/../ran\"\n", 0755);
  external.stop();
  external.collect();
  EXPECT_FALSE(std::filesystem::exists(folder / "ran"));
}

TEST_F(ExternalFactsTest, TooManyFilesAreCutWithAWarning) {
  for (std::size_t i = 0; i <= kExternalFilesMax; ++i)
    folder.write("first/f" + std::to_string(i) + ".txt", "k" + std::to_string(i) + "=1\n");
  Value facts;
  EXPECT_THAT(log_of_collect(facts), HasSubstr("the limit is 200"));
  EXPECT_EQ(facts.size(), kExternalFilesMax);
}

}  // namespace
}  // namespace muster::facts
