// The section `attestation` of orchestrator.yaml, and its lines in the audit.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "orchestrator/daemon/attestation_audit.hpp"
#include "orchestrator/daemon/daemon_config.hpp"
#include "proto/base/clock.hpp"
#include "tests/support/fakes/temp_folder.hpp"

namespace muster::daemon {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::HasSubstr;

class AttestationSettingsTest : public testing::Test {
 protected:
  Result<DaemonConfig> load(const std::string& section) {
    return load_config(folder_.write("orchestrator.yaml", "attestation: " + section + "\n"));
  }
  std::string complaint(const std::string& section) {
    const auto config = load(section);
    return config ? "" : config.error().message;
  }
  fakes::TempFolder folder_;
};

TEST_F(AttestationSettingsTest, WhatItSaysIsRead) {
  const auto config = load("{program: [/usr/bin/env, attest], deadline_s: 3, most: 9}");
  // Brokers and certificates are missing; the section is good.
  EXPECT_THAT(config.error().message, testing::Not(HasSubstr("attestation")));
}

TEST_F(AttestationSettingsTest, WithoutAProgramItIsRefused) {
  EXPECT_THAT(complaint("{deadline_s: 3}"), HasSubstr("absolute path of a program"));
  EXPECT_THAT(complaint("{program: [attest]}"), HasSubstr("absolute path of a program"));
}

TEST_F(AttestationSettingsTest, LimitsAndMistypedKeysAreNamed) {
  EXPECT_THAT(complaint("{program: [/usr/bin/env], deadline_s: 61}"), HasSubstr("deadline_s"));
  EXPECT_THAT(complaint("{program: [/usr/bin/env], most: 0}"), HasSubstr("most"));
  EXPECT_THAT(complaint("{program: [/usr/bin/env], dealine_s: 3}"), HasSubstr("deadline_s"));
}

TEST_F(AttestationSettingsTest, AProgramThatOthersMayWriteOrThatIsNotThereIsRefusedAtTheStart) {
  const auto program = folder_.write("attest", "#!/bin/sh\n");
  fs::permissions(program, fs::perms::all);
  EXPECT_THAT(complaint("{program: [" + program.string() + "]}"),
              AllOf(HasSubstr("attestation.program"), HasSubstr("chmod")));
  EXPECT_THAT(complaint("{program: [/bin/sh, " + program.string() + "]}"), HasSubstr("chmod"));
  EXPECT_THAT(complaint("{program: [/no/such/program]}"), HasSubstr("/no/such/program"));
}

TEST(AttestationAuditTest, EachWordHasALineWithWhomItIsAboutAndWhy) {
  const fakes::TempFolder folder;
  const base::SystemClock clock;
  const provision::AttestationOptions asked{.program = {"/usr/local/lib/muster/attest"}};
  provision::AttestationTold told{"t-1", "web-1", "fp", "10.0.0.7", "admit", "measured", {}};
  {
    audit::AuditLog audit({.file = folder / "audit.log", .journal = false}, "orch1", clock);
    EXPECT_TRUE(audit_attestation(audit, asked, told));
    told.verdict = "none";
    told.reason = "ended with 1";
    EXPECT_TRUE(audit_attestation(audit, asked, told));
  }
  const auto lines = folder.read("audit.log");
  EXPECT_THAT(
      lines,
      AllOf(HasSubstr("\"caller\":\"join-token=t-1\""), HasSubstr("\"agent\":\"attestation\""),
            HasSubstr("\"node\":\"web-1\""), HasSubstr("\"verdict\":\"allowed\""),
            HasSubstr("\"verdict\":\"denied\""), HasSubstr("the program failed: ended with 1"),
            HasSubstr("/usr/local/lib/muster/attest")));
}

TEST(AttestationAuditTest, WhereTheAuditIsRequiredAWordThatIsNotRecordedIsAnError) {
  const fakes::TempFolder folder;
  const base::SystemClock clock;
  audit::AuditLog audit(
      {.file = folder.write("file", "") / "audit.log", .journal = false, .required = true}, "orch1",
      clock);
  EXPECT_FALSE(audit_attestation(audit, {.program = {"/bin/attest"}},
                                 {"t-1", "web-1", "fp", "", "admit", "", {}}));
}

}  // namespace
}  // namespace muster::daemon
