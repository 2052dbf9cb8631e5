#include "tests/sim/faults/certificate_watch.hpp"

#include <gmock/gmock.h>

#include "orchestrator/workflow/load_workflow.hpp"
#include "proto/base/log.hpp"
#include "tests/sim/program/inhabitants.hpp"

namespace muster::sim {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class CertificateWatchTest : public testing::Test {
 protected:
  CertificateWatchTest() { log::set_level(log::Level::error); }
  ~CertificateWatchTest() override { log::set_level(log::Level::info); }

  static Options two_masters() {
    Options options;
    options.nodes = 1;
    options.masters = 2;
    options.orchestrators = 1;
    return options;
  }
  void sign(std::size_t ca) {
    auto& its = *all_.cas()[ca];
    const auto key = all_.around().crypto.make_key();
    const auto signature =
        all_.around().crypto.sign(key, PuppetCa::request_bytes("n1", key)).value();
    ASSERT_TRUE(its.sign("n1", its.submit("n1", key, signature).value()));
  }

  const workflow::Workflow workflow_ = workflow::load_workflow(MUSTER_WORKFLOW).value();
  Inhabitants all_{two_masters(), workflow_, {}};
  CertificateWatch watch_{all_.cas(), all_.orchestrators()};
};

TEST_F(CertificateWatchTest, ASecondValidCertificateThatNobodyOwesToCleanIsSeen) {
  sign(0);
  EXPECT_THAT(watch_.complaints(), IsEmpty());
  sign(1);
  EXPECT_THAT(watch_.complaints(),
              ElementsAre("puppet2 signs n1, and puppet1 has a valid certificate of that name that "
                          "nobody owes to clean"));
}

TEST_F(CertificateWatchTest, ADebtOrACleaningMakesItGood) {
  sign(0);
  all_.orchestrators().front()->disk().debts[{"puppet1", "n1"}] = 1;
  sign(1);
  all_.orchestrators().front()->disk().debts.clear();
  all_.cas()[0]->clean("n1");
  all_.cas()[1]->clean("n1");
  sign(0);
  EXPECT_THAT(watch_.complaints(), IsEmpty());
}

}  // namespace
}  // namespace muster::sim
