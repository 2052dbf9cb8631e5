#include "orchestrator/workflow/known_names.hpp"

#include <gmock/gmock.h>

namespace muster::workflow {
namespace {

using testing::HasSubstr;

Step step_of(const std::string& name, Kind kind, const std::string& agent = "",
             const std::string& action = "") {
  Step step;
  step.name = name;
  step.kind = kind;
  step.agent = agent;
  step.action = action;
  return step;
}

class KnownNamesTest : public testing::Test {
 protected:
  std::string refusal(const std::string& name) const {
    const auto ok = known_.check(name);
    return ok ? "" : ok.error().message;
  }
  KnownNames known_{{"pick", "request", "sign", "tell"}, *Descriptions::built_in()};
};

TEST_F(KnownNamesTest, NodeAndTokenAreThereFromTheStart) {
  for (const auto* name :
       {"node.identity", "node.facts.os.family", "token.extensions", "token.alternative_names"})
    EXPECT_EQ(refusal(name), "") << name;
}

TEST_F(KnownNamesTest, AMasterIsThereOnceItIsChosen) {
  EXPECT_THAT(refusal("master.address"), HasSubstr("before a step 'do: pick-master'"));
  known_.add(step_of("pick", Kind::pick_master));
  for (const auto* name :
       {"master.identity", "master.address", "master.ca", "master.facts.country"})
    EXPECT_EQ(refusal(name), "") << name;
}

TEST_F(KnownNamesTest, AnOutputIsThereOnceItsStepIsDone) {
  EXPECT_THAT(refusal("steps.request.fingerprint"),
              HasSubstr("the step 'request' has not been done by then"));
  known_.add(step_of("request", Kind::call, "provision", "request_certificate"));
  EXPECT_EQ(refusal("steps.request.fingerprint"), "");
  EXPECT_THAT(refusal("steps.request.fingerprnt"), HasSubstr("did you mean 'fingerprint'?"));
  EXPECT_THAT(refusal("steps.requst.fingerprint"), HasSubstr("did you mean 'request'?"));
  EXPECT_THAT(refusal("steps.request"), HasSubstr("steps.STEP.OUTPUT"));
}

TEST_F(KnownNamesTest, AStepThatIsNoCallOfOneHasNoOutput) {
  known_.add(step_of("tell", Kind::notify));
  EXPECT_THAT(refusal("steps.tell.anything"), HasSubstr("no output 'anything'"));
  auto all = step_of("sign", Kind::call, "puppetca", "status");
  all.scope = Scope::all_masters;
  known_.add(all);
  EXPECT_THAT(refusal("steps.sign.state"), HasSubstr("no output 'state'"));
}

TEST_F(KnownNamesTest, WhatIsUnknownNamesTheNearest) {
  EXPECT_THAT(refusal("node.idntity"), HasSubstr("did you mean 'node.identity'?"));
  EXPECT_THAT(refusal("nod.facts.country"), HasSubstr("did you mean 'node'?"));
  EXPECT_THAT(refusal("identity"), HasSubstr("begins with node, token, master or steps"));
  EXPECT_NE(refusal("node.facts."), "");
  EXPECT_NE(refusal(""), "");
}

}  // namespace
}  // namespace muster::workflow
