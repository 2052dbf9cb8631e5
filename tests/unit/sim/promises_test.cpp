#include "tests/sim/faults/promises.hpp"

#include <gmock/gmock.h>

#include "orchestrator/workflow/load_workflow.hpp"
#include "proto/base/log.hpp"
#include "proto/transport/topics.hpp"
#include "tests/sim/faults/token_promises.hpp"
#include "tests/sim/program/inhabitants.hpp"

namespace muster::sim {
namespace {

using plugins::provision::State;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// A site before its first moment, on whose disks stands what each test says.
class PromisesTest : public testing::Test {
 protected:
  PromisesTest() { log::set_level(log::Level::error); }
  ~PromisesTest() override { log::set_level(log::Level::info); }

  static Options two_of_all() {
    Options options;
    options.nodes = 2;
    options.masters = 0;
    options.orchestrators = 2;
    options.token_uses = 2;
    return options;
  }
  Morning morning(bool has_forgotten = false) {
    return {all_.around(),   all_.site(),          all_.cas(),
            all_.machines(), all_.orchestrators(), has_forgotten};
  }
  void write_use(std::size_t orchestrator, const std::string& name) {
    const auto& site = all_.site();
    all_.orchestrators()[orchestrator]->disk().ledger.emplace(
        transport::topics::token_use(site.collective, site.token.claims.id, name, "key"), "signed");
  }
  void tell(std::size_t orchestrator, const std::string& id, const std::string& name) {
    client::Record record;
    record.identity = name;
    record.state = "running";
    all_.orchestrators()[orchestrator]->disk().outbox.emplace(id, record);
  }
  std::vector<std::string> broken() { return broken_promises(morning()); }

  const workflow::Workflow workflow_ = workflow::load_workflow(MUSTER_WORKFLOW).value();
  Inhabitants all_{two_of_all(), workflow_, {}};
};

TEST_F(PromisesTest, WhoWasNeverProvisionedIsStuck) {
  EXPECT_THAT(broken(), ElementsAre("n1 is stuck: waiting", "n2 is stuck: waiting"));
}

TEST_F(PromisesTest, WhatTwoOrchestratorsCountTogetherIsHeldAgainstTheToken) {
  write_use(0, "n1");
  write_use(0, "n2");
  write_use(1, "n2");
  EXPECT_THAT(broken_token_promises(morning()), IsEmpty());
  write_use(1, "n3");
  EXPECT_THAT(broken_token_promises(morning()),
              ElementsAre("a token of 2 uses is used for 3 names: n1, n2, n3"));
  EXPECT_THAT(broken_token_promises(morning(true)), IsEmpty()) << "nobody could know";
}

TEST_F(PromisesTest, WhatTwoOrchestratorsTellUnderTwoIdsIsToldTwice) {
  all_.machines().front()->disk().progress.emplace().state = State::finished;
  tell(0, "run1.provisioned", "n1");
  tell(1, "run1.provisioned", "n1");
  EXPECT_THAT(broken(), testing::Not(Contains(HasSubstr("people are told"))));
  tell(1, "run2.provisioned", "n1");
  EXPECT_THAT(broken(), Contains("people are told 2 times that n1 is in production"));
}

}  // namespace
}  // namespace muster::sim
