#include "proto/audit/record.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "proto/audit/journal.hpp"

namespace muster::audit {
namespace {

using testing::HasSubstr;
using testing::Not;

Value parsed(const Line& line) {
  return Value::parse(json(line));
}

TEST(AuditRecordTest, ALineTellsWhoAskedForWhatAndWhy) {
  Request request;
  request.at_ms = 1'795'248'301'123;
  request.id = "abc";
  request.caller = "alice";
  request.role = "operator";
  request.collective = "main";
  request.agent = "puppet";
  request.action = "disable";
  request.inputs = {{"message", "holiday"}};
  request.verdict = Verdict::denied;
  request.decided_by = "/etc/muster/policies/puppet.policy:3";
  request.why = "alice is not allowed";
  EXPECT_EQ(json(line_of(request, "n1")),
            R"({"time":"2026-11-21T08:05:01.123Z","kind":"request","node":"n1","request_id":"abc",)"
            R"("caller":"alice","role":"operator","collective":"main","agent":"puppet",)"
            R"("action":"disable","inputs":{"message":"holiday"},"verdict":"denied",)"
            R"("decided_by":"/etc/muster/policies/puppet.policy:3","why":"alice is not allowed"})");
}

TEST(AuditRecordTest, NothingInALineSteersTheTerminalOfItsReader) {
  Request request;
  request.action = "\u009b2J\x7f\u202e\u2028";
  request.inputs = {{"\u200b", "\x1b\n"}};
  request.why = "a\nb";
  const auto line = json(line_of(request, "n1"));
  EXPECT_THAT(line, HasSubstr(R"("action":"\u009b2J\u007f\u202e\u2028")"));
  EXPECT_THAT(line, HasSubstr(R"({"\u200b":"\u001b\n"})"));
  EXPECT_EQ(parsed(line_of(request, "n1"))["action"], request.action);
}

TEST(AuditRecordTest, TheJournalGetsItPrintableToo) {
  const auto datagram =
      journal_datagram({{"why", "\x1b[2J\u202e"}, {"inputs", {{"a", "\x7f"}}}}, "bob\nMESSAGE=x\r");
  EXPECT_THAT(datagram, HasSubstr("MESSAGE=bob\\nMESSAGE=x\\x0d\n"));
  EXPECT_THAT(datagram, HasSubstr("MUSTER_WHY=\\x1b[2J\\u202e\n"));
  EXPECT_THAT(datagram, HasSubstr("MUSTER_INPUTS={\"a\":\"\\u007f\"}\n"));
}

TEST(AuditRecordTest, ACompletionTellsStatusAndTime) {
  Completion completion;
  completion.request_id = "abc";
  completion.outcome = "answered";
  completion.status = 1;
  completion.message = "no";
  completion.took_ms = 12;
  const auto line = parsed(line_of(completion, "n1"));
  EXPECT_EQ(line.at("kind"), "result");
  EXPECT_EQ(line.at("status"), 1);
  EXPECT_EQ(line.at("took_ms"), 12);
  EXPECT_EQ(line.at("message"), "no");
}

TEST(AuditRecordTest, SecretsAreMaskedAtEveryDepth) {
  const auto shown = shown_inputs({{"password", "hunter2"},
                                   {"DB-Passwd", "hunter2"},
                                   {"environment", {{"API_KEY", "hunter2"}, {"PATH", "/bin"}}},
                                   {"list", {{{"auth_token", {"hunter2", "hunter2"}}}}},
                                   {"package", "keyutils"}});
  EXPECT_THAT(shown.inputs.dump(), Not(HasSubstr("hunter2")));
  EXPECT_EQ(shown.inputs.at("environment").at("PATH"), "/bin");
  EXPECT_EQ(shown.inputs.at("package"), "keyutils");
  EXPECT_EQ(shown.inputs.at("password"), "(masked)");
  EXPECT_EQ(shown.left_out_bytes, 0U);
}

TEST(AuditRecordTest, LongInputsAreCutAndTheRestIsCounted) {
  const auto one = shown_inputs({{"text", std::string(10'000, 'x')}, {"short", "y"}});
  EXPECT_EQ(one.inputs.at("text").get<std::string>().size(), kInputMaxBytes);
  EXPECT_EQ(one.left_out_bytes, 10'000 - kInputMaxBytes);
  EXPECT_EQ(one.inputs.at("short"), "y");

  Value many = Value::object();
  for (int i = 0; i < 1'000; ++i) many["input" + std::to_string(i)] = std::string(100, 'x');
  const auto all = shown_inputs(many);
  EXPECT_LE(all.inputs.dump().size(), 2 * kInputsMaxBytes);
  EXPECT_GT(all.left_out_bytes, 90'000U);
}

TEST(AuditRecordTest, WhatACallerWritesCannotForgeALine) {
  Request request;
  request.caller = "alice";
  request.agent = "echo\",\"verdict\":\"allowed";
  request.inputs = {{"a", "\n{\"kind\":\"request\"}"}, {"b", "\xff\xfe"}};
  const auto text = json(line_of(request, "n1"));
  EXPECT_THAT(text, Not(HasSubstr("\n")));
  const auto line = Value::parse(text);
  EXPECT_EQ(line.at("agent"), request.agent);
  EXPECT_EQ(line.at("inputs").at("b"), "\xef\xbf\xbd\xef\xbf\xbd");
}

}  // namespace
}  // namespace muster::audit
