#include "plugins/api/job_reply.hpp"

#include <gtest/gtest.h>

namespace muster::plugins {
namespace {

// A finished job with a given output.
class FinishedJob final : public Jobs {
 public:
  explicit FinishedJob(std::string output) : output_(std::move(output)) {}
  JobStatus about() const {
    JobStatus status;
    status.id = "j";
    status.kind = "puppet";
    status.state = JobState::finished;
    status.exit_code = 6;
    status.output_bytes = output_.size();
    return status;
  }
  Result<JobStatus> start(const JobSpec&) override { return about(); }
  Result<JobStatus> status(const std::string&) const override { return about(); }
  Result<JobStatus> wait(const std::string&, std::chrono::steady_clock::time_point) const override {
    return about();
  }
  Result<std::string> output(const std::string&, std::uint64_t offset,
                             std::size_t max) const override {
    return offset >= output_.size() ? "" : output_.substr(offset, max);
  }
  Status kill(const std::string&) override { return {}; }
  std::vector<JobStatus> list() const override { return {about()}; }

 private:
  std::string output_;
};

std::string tail_of(const std::string& output) {
  const FinishedJob job(output);
  return last_lines(job, job.about());
}

TEST(LastLinesTest, AShortOutputIsWhole) {
  EXPECT_EQ(tail_of(""), "");
  EXPECT_EQ(tail_of("\n"), "\n");
  EXPECT_EQ(tail_of("one\ntwo"), "one\ntwo");
  EXPECT_EQ(tail_of("one\ntwo\n"), "one\ntwo\n");
}

TEST(LastLinesTest, ALongOneEndsWithItsLastTwentyLines) {
  std::string all;
  std::string expected;
  for (int i = 1; i <= 50; ++i) {
    const auto line = "line " + std::to_string(i) + "\n";
    all += line;
    if (i > 30) expected += line;
  }
  EXPECT_EQ(tail_of(all), expected);
}

TEST(LastLinesTest, ALineWithoutEndIsCutToItsBytes) {
  EXPECT_EQ(tail_of(std::string(10'000, 'x')), std::string(kLastLinesBytes, 'x'));
}

TEST(JobReplyTest, GivesOutputExitCodeAndWhereToGoOn) {
  const FinishedJob job("0123456789");
  const auto reply = job_reply(job, "puppet", "j", 4);
  EXPECT_EQ(reply.data.at("state"), "finished");
  EXPECT_EQ(reply.data.at("exit_code"), 6);
  EXPECT_EQ(reply.data.at("output"), "456789");
  EXPECT_EQ(reply.data.at("next_offset"), 10);
  EXPECT_EQ(reply.data.at("last_lines"), "0123456789");
  EXPECT_EQ(job_reply(job, "puppet", "j", -1).status, 4);
}

TEST(JobReplyTest, AnotherAgentsJobIsNotShown) {
  const FinishedJob job("secret");
  const auto reply = job_reply(job, "package", "j", 0);
  EXPECT_NE(reply.status, 0);
  EXPECT_EQ(reply.message, "job j is of the agent puppet, not of package");
  EXPECT_FALSE(reply.data.contains("output"));
}

TEST(JobReplyTest, BytesThatAreNotUtf8DoNotBreakTheReply) {
  const FinishedJob job("a\xff\xfe z");
  const auto reply = job_reply(job, "puppet", "j", 0);
  EXPECT_NO_THROW(reply.data.dump());
  EXPECT_EQ(reply.data.at("next_offset"), 5) << "offsets count bytes of the spool";
}

}  // namespace
}  // namespace muster::plugins
