#include "proto/base/drop_log.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace muster::base {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(DropLogTest, OneLineNamesTheSenderAndHowManyItLost) {
  DropLog log("replies");
  for (int i = 0; i < 1'000; ++i) log.note("n1");
  testing::internal::CaptureStdout();
  testing::internal::CaptureStderr();
  log.tell();
  log.note("n1");
  log.tell();  // too soon for another line of the same sender
  log.tell();
  const auto text = testing::internal::GetCapturedStdout() + testing::internal::GetCapturedStderr();
  EXPECT_THAT(text, HasSubstr("queue=replies sender=n1 dropped=1000"));
  EXPECT_THAT(text, Not(HasSubstr("dropped=1\n")));
}

}  // namespace
}  // namespace muster::base
