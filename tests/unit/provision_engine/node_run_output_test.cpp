// What a run keeps of what a node printed or answered.
#include "orchestrator/provision/run/node_run.hpp"

#include "proto/base/log.hpp"
#include "tests/unit/provision_engine/node_run_lab.hpp"

namespace muster::provision {
namespace {

TEST_F(NodeRunTest, TheLastLinesOfALongOutputAreShown) {
  world_.on("provision#job", [](const Value&) {
    return Value{{"state", "finished"},
                 {"exit_code", 4},
                 {"output", "the first 256 KiB\n"},
                 {"next_offset", 20},
                 {"last_lines", "Error: the last line\n"}};
  });
  run();
  EXPECT_EQ(record_.last_output, "Error: the last line\n");
}

TEST_F(NodeRunTest, AnswersOfAnotherFormThanPromisedDoNotHarmTheOrchestrator) {
  for (const auto& odd : {Value(), Value(5), Value::array({1}), Value::object()}) {
    world_.on("provision#job", [odd](const Value&) {
      return Value{{"state", "finished"},
                   {"exit_code", odd},
                   {"output", odd},
                   {"next_offset", odd},
                   {"last_lines", odd}};
    });
    EXPECT_NE(run().kind, Ending::Kind::finished) << odd;
    world_.on("provision#job", [odd](const Value&) { return odd; });
    workflow_.steps[workflow_.index_of("bootstrap-run")].timeout = std::chrono::seconds(0);
    EXPECT_NE(run().kind, Ending::Kind::finished) << odd;
  }
}

TEST_F(NodeRunTest, OutputIsCutAtTheBeginOfALine) {
  int asked = 0;
  world_.on("provision#job", [&](const Value&) {
    if (++asked == 1)
      return Value{{"state", "running"}, {"output", std::string(5'000, 'x') + "\n\u00fc\n"}};
    return Value{{"state", "lost"}};
  });
  workflow_.steps[workflow_.index_of("bootstrap-run")].tries = 1;
  run();
  EXPECT_EQ(record_.last_output, "\u00fc\n");
}

TEST_F(NodeRunTest, OutputOfAnEarlierRunIsNotShownForOneThatCouldNotStart) {
  world_.on("provision#run", [](const Value& in) -> Result<Value> {
    if (in.at("step") == "production-run") return fail(Errc::aborted, "Puppet is disabled");
    return Value{{"job", "j"}};
  });
  run();
  EXPECT_NE(record_.reason.find("Puppet is disabled"), std::string::npos);
  EXPECT_EQ(record_.last_output, "");
}

TEST_F(NodeRunTest, TheLogHasALineForEachStep) {
  ::unsetenv("JOURNAL_STREAM");
  testing::internal::CaptureStderr();
  log::start("provision-test", log::Level::info);
  run();
  const auto said = testing::internal::GetCapturedStderr();
  EXPECT_THAT(said, testing::HasSubstr(
                        "step done node=web1 step=sign-certificate master=m-de took_ms=20\n"));
  EXPECT_THAT(said, testing::HasSubstr("step=finish"));
}

}  // namespace
}  // namespace muster::provision
