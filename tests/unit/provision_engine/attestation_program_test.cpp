// The site's attestation program as a real program, with all that it may do wrong.
#include "orchestrator/provision/live/attestation_program.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <thread>

#include "tests/support/fakes/temp_folder.hpp"
#include "tests/support/fakes/wait_until.hpp"

namespace muster::provision {
namespace {

namespace fs = std::filesystem;
using std::chrono::seconds;
using testing::HasSubstr;
using Word = admission::Attestation::Word;

class AttestationProgramTest : public testing::Test {
 protected:
  std::string program(const std::string& script) {
    folder_.write("program",
                  "#!/bin/sh\ncat > '" + (folder_ / "asked.json").string() + "'\n" + script + "\n");
    fs::permissions(folder_ / "program", fs::perms::owner_all);
    return (folder_ / "program").string();
  }
  AttestationProgram made(const std::string& script, seconds deadline = seconds(20)) {
    return {{.program = {program(script)}, .deadline = deadline},
            [this](const AttestationTold& told) {
              told_ = told;
              return recorded_;
            }};
  }
  Result<admission::Attestation> ask(const std::string& script) {
    return made(script).ask(question_);
  }

  const Value question_{
      {"name", "web-1"}, {"key", "fp"}, {"address", "10.0.0.7"}, {"token", {{"id", "t-1"}}}};
  fakes::TempFolder folder_;
  AttestationTold told_;
  Status recorded_;
};

TEST_F(AttestationProgramTest, ItGetsTheQuestionAndItsWordIsReadAndTold) {
  const auto said = ask("echo '{\"verdict\": \"refuse\", \"reason\": \"unknown serial\"}'");
  ASSERT_TRUE(said) << said.error().message;
  EXPECT_EQ(said->word, Word::refuse);
  EXPECT_EQ(Value::parse(folder_.read("asked.json")), question_);
  EXPECT_EQ(told_.identity, "web-1");
  EXPECT_EQ(told_.token_id, "t-1");
  EXPECT_EQ(told_.key, "fp");
  EXPECT_EQ(told_.address, "10.0.0.7");
  EXPECT_EQ(told_.verdict, "refuse");
  EXPECT_EQ(told_.reason, "unknown serial");
}

TEST_F(AttestationProgramTest, OneThatFailsHasSaidNothing) {
  const auto failed = ask("echo '{\"verdict\": \"admit\"}'; echo 'no TPM' >&2; exit 1");
  ASSERT_FALSE(failed);
  EXPECT_THAT(failed.error().message, HasSubstr("ended with 1"));
  EXPECT_THAT(failed.error().message, HasSubstr("no TPM"));
  EXPECT_EQ(told_.verdict, "none");
  EXPECT_THAT(told_.reason, HasSubstr("no TPM"));
}

TEST_F(AttestationProgramTest, GarbageIsNoWord) {
  EXPECT_EQ(ask("echo certainly").error().code, Errc::invalid_data);
  EXPECT_EQ(ask(":").error().code, Errc::invalid_data);
  EXPECT_EQ(ask("head -c 100 /dev/urandom").error().code, Errc::invalid_data);
}

TEST_F(AttestationProgramTest, OneThatHangsIsEndedAtItsDeadline) {
  const auto before = std::chrono::steady_clock::now();
  const auto hung = made("sleep 1000", seconds(1)).ask(question_);
  ASSERT_FALSE(hung);
  EXPECT_EQ(hung.error().code, Errc::timeout);
  EXPECT_THAT(hung.error().message, HasSubstr("program"));
  EXPECT_LT(std::chrono::steady_clock::now() - before, seconds(15));
}

TEST_F(AttestationProgramTest, OneThatPrintsWithoutEndIsEnded) {
  const auto flooded = ask("yes");
  ASSERT_FALSE(flooded);
  EXPECT_EQ(flooded.error().code, Errc::limit);
}

TEST_F(AttestationProgramTest, OneThatOthersMayWriteIsNotRunNorAScriptThatItIsGiven) {
  const auto attestation = made("echo '{\"verdict\": \"admit\"}'");
  fs::permissions(folder_ / "program", fs::perms::all);
  EXPECT_FALSE(attestation.ask(question_));
  const AttestationProgram by_shell({.program = {"/bin/sh", (folder_ / "program").string()}}, {});
  EXPECT_EQ(by_shell.ask(question_).error().code, Errc::refused);
  EXPECT_FALSE(fs::exists(folder_ / "asked.json"));
}

TEST_F(AttestationProgramTest, AWordThatCannotBeRecordedLetsNobodyIn) {
  recorded_ = fail(Errc::io, "the audit's disk is full");
  const auto said = ask("echo '{\"verdict\": \"admit\"}'");
  ASSERT_FALSE(said);
  EXPECT_THAT(said.error().message, HasSubstr("disk is full"));
}

TEST_F(AttestationProgramTest, AStopEndsTheCallThatRuns) {
  auto attestation = made("sleep 1000", seconds(60));
  const auto before = std::chrono::steady_clock::now();
  std::thread asker([&] { EXPECT_FALSE(attestation.ask(question_)); });
  EXPECT_TRUE(fakes::wait_until([&] { return fs::exists(folder_ / "asked.json"); }));
  attestation.stop();
  asker.join();
  EXPECT_LT(std::chrono::steady_clock::now() - before, seconds(30));
}

}  // namespace
}  // namespace muster::provision
