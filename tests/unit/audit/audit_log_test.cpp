#include "proto/audit/audit_log.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <sstream>

#include "proto/base/unique_fd.hpp"
#include "tests/support/fakes/fake_clock.hpp"
#include "tests/support/fakes/temp_folder.hpp"

namespace muster::audit {
namespace {

using testing::HasSubstr;
using namespace std::chrono_literals;

class AuditLogTest : public testing::Test {
 protected:
  Options options(bool required = false) {
    return {.file = folder_ / "audit.log", .journal = false, .required = required};
  }
  std::vector<Value> lines() const {
    std::vector<Value> out;
    std::istringstream text(folder_.read("audit.log"));
    for (std::string line; std::getline(text, line);) out.push_back(Value::parse(line));
    return out;
  }
  static Request request() {
    Request out;
    out.id = "r1";
    out.caller = "alice";
    out.agent = "puppet";
    out.action = "status";
    return out;
  }

  fakes::TempFolder folder_;
  fakes::FakeClock clock_;
};

TEST_F(AuditLogTest, WritesALineARequestAndALineAResult) {
  AuditLog log(options(), "n1", clock_);
  ASSERT_TRUE(log.request(request()));
  Completion completion;
  completion.request_id = "r1";
  log.completed(completion);
  const auto written = lines();
  ASSERT_EQ(written.size(), 2U);
  EXPECT_EQ(written[0].at("request_id"), "r1");
  EXPECT_EQ(written[0].at("node"), "n1");
  EXPECT_EQ(written[1].at("kind"), "result");
  EXPECT_EQ(log.counts().written, 2U);
  EXPECT_EQ(log.counts().lost, 0U);
}

TEST_F(AuditLogTest, GoesOnWithoutADiskUnlessItIsRequired) {
  folder_.write("audit.log/a folder where the file should be", "");
  AuditLog open(options(), "n1", clock_);
  EXPECT_TRUE(open.request(request()));
  EXPECT_EQ(open.counts().lost, 1U);
  EXPECT_THAT(open.counts().last_failure, HasSubstr("audit.log"));

  AuditLog closed(options(true), "n1", clock_);
  const auto refused = closed.request(request());
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, HasSubstr("cannot be recorded"));
  std::filesystem::remove_all(folder_ / "audit.log");
  EXPECT_TRUE(closed.request(request()));
  EXPECT_EQ(closed.counts().last_failure, "");
}

TEST_F(AuditLogTest, AFloodIsToldInNumbers) {
  {
    AuditLog log(options(), "n1", clock_);
    for (int i = 0; i < 5'000; ++i) log.flood(Verdict::unverified, "signed by an unknown CA");
    log.flood(Verdict::replayed, "puppet#runonce of alice");
    EXPECT_EQ(lines().size(), kFloodLines + 1) << "each kind has its own window";
    clock_.advance(kFloodWindow);
    log.flood(Verdict::unverified, "no envelope");
    log.flood(Verdict::replayed, "again");
    log.flood(Verdict::replayed, "and again");
  }
  std::uint64_t unverified = 0;
  std::uint64_t replayed = 0;
  for (const auto& line : lines())
    (line.at("verdict") == "replayed" ? replayed : unverified) +=
        line.at("count").get<std::uint64_t>();
  EXPECT_EQ(unverified, 5'001U) << "none is missing";
  EXPECT_EQ(replayed, 3U);
}

TEST_F(AuditLogTest, DeniedRequestsDoNotWashOutWhatWasDone) {
  auto small = options();
  small.max_bytes = 256 * 1024;
  small.keep = 1;
  {
    AuditLog log(small, "n1", clock_);
    auto removed = request();
    removed.agent = "filemgr";
    removed.action = "remove";
    ASSERT_TRUE(log.request(removed));
    auto denied = request();
    denied.caller = "mallory";
    denied.verdict = Verdict::denied;
    denied.why = std::string(500, 'x');
    for (int i = 0; i < 24'000; ++i) {
      ASSERT_TRUE(log.request(denied));
      clock_.advance(25ms);  // ten minutes in all
    }
  }
  const auto written = lines();
  EXPECT_EQ(written.front().at("action"), "remove");
  EXPECT_LE(written.size(), 1 + kRefusalLines.burst + 60 + 1);
  std::uint64_t told = 0;
  for (const auto& line : written)
    if (line.contains("caller") && line.at("caller") == "mallory")
      told += line.contains("count") ? line.at("count").get<std::uint64_t>()
                                     : 1 + line.value("left_out", std::uint64_t{0});
  EXPECT_EQ(told, 24'000U) << "none is missing from the numbers";
}

TEST_F(AuditLogTest, OneCallersRefusalsHideNoOthers) {
  AuditLog log(options(), "n1", clock_);
  auto denied = request();
  denied.verdict = Verdict::denied;
  denied.caller = "mallory";
  for (int i = 0; i < 1'000; ++i) static_cast<void>(log.request(denied));
  denied.caller = "bob";
  static_cast<void>(log.request(denied));
  EXPECT_EQ(lines().back().at("caller"), "bob");
}

TEST_F(AuditLogTest, TheEndOfAFloodIsToldWithoutAnotherOne) {
  AuditLog log(options(), "n1", clock_);
  auto denied = request();
  denied.verdict = Verdict::denied;
  for (std::size_t i = 0; i < kRefusalLines.burst + 7; ++i) static_cast<void>(log.request(denied));
  clock_.advance(kRefusalLines.every * kRefusalLines.burst);
  static_cast<void>(log.request(request()));
  const auto written = lines();
  const auto& summary = written.at(written.size() - 2);
  EXPECT_EQ(summary.at("verdict"), "refused");
  EXPECT_EQ(summary.at("count"), 7);
}

TEST_F(AuditLogTest, WhatOfAFloodWasNotYetToldIsToldAtTheEnd) {
  {
    AuditLog log(options(), "n1", clock_);
    for (std::uint64_t i = 0; i < kFloodLines + 7; ++i) log.flood(Verdict::unverified, "x");
  }
  EXPECT_EQ(lines().back().at("count"), 7);
}

// A journal as journald is one: a datagram socket.
TEST_F(AuditLogTest, TheJournalGetsFields) {
  const base::UniqueFd journal(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  const auto path = (folder_ / "journal").string();
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  ASSERT_LT(path.size(), sizeof address.sun_path);
  std::copy(path.begin(), path.end(), address.sun_path);
  ASSERT_EQ(::bind(journal.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);

  AuditLog log({.file = {}, .journal = true, .journal_socket = path}, "n1", clock_);
  auto denied = request();
  denied.verdict = Verdict::denied;
  denied.why = "two\nlines";
  denied.inputs = {{"password", "hunter2"}};
  ASSERT_TRUE(log.request(denied));
  std::string datagram(65'536, '\0');
  const auto size = ::recv(journal.get(), datagram.data(), datagram.size(), MSG_DONTWAIT);
  ASSERT_GT(size, 0);
  datagram.resize(static_cast<std::size_t>(size));
  EXPECT_THAT(datagram, HasSubstr("MUSTER_CALLER=alice\n"));
  EXPECT_THAT(datagram, HasSubstr("MUSTER_VERDICT=denied\n"));
  EXPECT_THAT(datagram, HasSubstr("MUSTER_INPUTS={\"password\":\"(masked)\"}\n"));
  EXPECT_THAT(datagram, HasSubstr(std::string("MUSTER_WHY\n\x09\0\0\0\0\0\0\0two\nlines\n", 29)));
  EXPECT_THAT(datagram, HasSubstr("PRIORITY=5\n"));
  EXPECT_EQ(log.counts().written, 1U);
}

TEST_F(AuditLogTest, WithoutAJournalTheFileIsEnough) {
  auto both = options(true);
  both.journal = true;
  both.journal_socket = folder_ / "none";
  AuditLog log(both, "n1", clock_);
  EXPECT_TRUE(log.request(request()));
  EXPECT_EQ(lines().size(), 1U);
}

}  // namespace
}  // namespace muster::audit
