#include "tests/sim/faults/master_watch.hpp"

#include <gmock/gmock.h>

#include "orchestrator/workflow/load_workflow.hpp"
#include "proto/base/log.hpp"
#include "tests/sim/program/inhabitants.hpp"

namespace muster::sim {
namespace {

using std::chrono::seconds;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class MasterWatchTest : public testing::Test {
 protected:
  MasterWatchTest() {
    log::set_level(log::Level::error);
    all_.loop().advance(seconds(2));  // all are on the bus
  }
  ~MasterWatchTest() override { log::set_level(log::Level::info); }

  static Options two_masters() {
    Options options;
    options.nodes = 1;
    options.masters = 2;
    options.orchestrators = 1;
    options.switched_on_within = std::chrono::hours(1);
    options.orchestrator.per_master = 1;
    options.orchestrator.masters_lend = true;
    return options;
  }
  // A run of n1 does its first step with puppet1.
  void begin_with_puppet1() {
    progress::Progress told;
    told.workflow = "puppet";
    told.master = "puppet1";
    told.run_id = "r";
    told.finished = {"claim", "pick-master"};
    plugins::ActionRequest request;
    request.action = "set_puppet_host";
    request.caller = "cert=orch1";
    request.data = {{"fence", 0}, {"progress", told.to_value()}};
    all_.machines().back()->witness().saw(request, Value::object(), all_.loop().clock().unix_ms());
  }
  void sign() {
    auto& its = *all_.cas()[0];
    const auto key = all_.around().crypto.make_key();
    const auto signature =
        all_.around().crypto.sign(key, PuppetCa::request_bytes("n1", key)).value();
    ASSERT_TRUE(its.sign("n1", its.submit("n1", key, signature).value()));
  }
  void retire(const std::string& by) {
    ASSERT_TRUE(all_.orchestrators()[0]->mark_master("puppet1", by));
  }

  const workflow::Workflow workflow_ = workflow::load_workflow(MUSTER_WORKFLOW).value();
  Inhabitants all_{two_masters(), workflow_, {}};
  MasterWatch watch_{all_.around(), all_.cas(), all_.machines(), all_.orchestrators(),
                     two_masters().orchestrator};
};

TEST_F(MasterWatchTest, WhoBeginsWithAMasterThatIsKnownToBeRetiredIsSeen) {
  retire("alice");
  all_.loop().advance(seconds(70));
  begin_with_puppet1();
  sign();
  EXPECT_THAT(watch_.complaints(), ElementsAre(HasSubstr("n1 began with puppet1 70 s after")));
}

TEST_F(MasterWatchTest, WhoHadBegunThereBeforeOrAfterItWasTakenBackIsNot) {
  begin_with_puppet1();
  retire("alice");
  all_.loop().advance(seconds(70));
  sign();
  all_.cas()[0]->clean("n1");
  retire("");
  begin_with_puppet1();
  sign();
  EXPECT_THAT(watch_.complaints(), IsEmpty());
}

TEST_F(MasterWatchTest, WhoIsRetiredIsKnownOnceAllOrchestratorsKnowIt) {
  const Morning morning{all_.around(), all_.site(), all_.cas(), all_.machines(),
                        all_.orchestrators()};
  EXPECT_FALSE(is_retired(morning, "puppet1"));
  retire("alice");
  EXPECT_TRUE(is_retired(morning, "puppet1"));
  EXPECT_FALSE(is_retired(morning, "puppet2"));
}

}  // namespace
}  // namespace muster::sim
