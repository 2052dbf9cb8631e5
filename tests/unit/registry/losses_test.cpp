#include "orchestrator/registry/losses.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/fakes/fake_clock.hpp"

namespace muster::registry {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::IsEmpty;

const Error kDiskFull{Errc::io, "disk full"};
const Error kRegistryFull{Errc::limit, "the registry holds 1 nodes"};

class LossesTest : public testing::Test {
 protected:
  template <typename Do>
  static std::string logged(Do does) {
    testing::internal::CaptureStdout();
    does();
    return testing::internal::GetCapturedStdout();
  }

  fakes::FakeClock clock_;
  Losses losses_{clock_};
};

TEST_F(LossesTest, TheFirstForAReasonIsToldAndTheOthersAreCounted) {
  EXPECT_THAT(logged([&] { losses_.add(kRegistryFull); }), HasSubstr(kRegistryFull.message));
  EXPECT_THAT(logged([&] { losses_.add(kDiskFull); }), HasSubstr(kDiskFull.message));
  EXPECT_THAT(logged([&] {
                losses_.add(kDiskFull);
                losses_.add(kRegistryFull);
                losses_.review();
              }),
              IsEmpty());
}

TEST_F(LossesTest, ThatItIsOverIsToldOnceNoneWasLostForAWhile) {
  for (int i = 0; i < 3; ++i) losses_.add(kDiskFull);
  clock_.advance(kLossOverAfter - 1s);
  losses_.add(kDiskFull);
  clock_.advance(kLossOverAfter - 1s);
  EXPECT_THAT(logged([&] { losses_.review(); }), IsEmpty());
  clock_.advance(1s);
  EXPECT_THAT(logged([&] { losses_.review(); }), HasSubstr("lost=4"));
  EXPECT_THAT(logged([&] { losses_.review(); }), IsEmpty());
  EXPECT_THAT(logged([&] { losses_.add(kDiskFull); }), HasSubstr(kDiskFull.message)) << "anew";
}

}  // namespace
}  // namespace muster::registry
