#include "proto/base/core_dumps.hpp"

#include <gtest/gtest.h>
#include <sys/prctl.h>

namespace muster::base {
namespace {

TEST(CoreDumpsTest, AProcessThatForbidsThemLeavesNone) {
#ifdef __SANITIZE_ADDRESS__
  GTEST_SKIP() << "the address sanitizer traces the process";
#endif
  ASSERT_EQ(::prctl(PR_GET_DUMPABLE, 0, 0, 0, 0), 1);
  forbid_core_dumps();
  EXPECT_EQ(::prctl(PR_GET_DUMPABLE, 0, 0, 0, 0), 0);
  ::prctl(PR_SET_DUMPABLE, 1, 0, 0, 0);
}

}  // namespace
}  // namespace muster::base
