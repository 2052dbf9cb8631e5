#include "proto/base/error.hpp"

#include <gmock/gmock.h>

#include "proto/base/result.hpp"

namespace muster::base {
namespace {

TEST(ErrorTest, ReplyStatusesAreMCollectives) {
  EXPECT_EQ(status_of(Errc::aborted), 1);
  EXPECT_EQ(status_of(Errc::unknown_action), 2);
  EXPECT_EQ(status_of(Errc::missing_data), 3);
  EXPECT_EQ(status_of(Errc::invalid_data), 4);
  EXPECT_EQ(status_of(Errc::unknown), 5);
  EXPECT_EQ(status_of(Errc::timeout), 1) << "what is no status of its own is an aborted action";
}

TEST(ErrorTest, ContextStandsInFront) {
  const Error error{Errc::io, "disk full"};
  EXPECT_EQ(error.within("web1").message, "web1: disk full");
  EXPECT_EQ(error.within("web1").code, Errc::io);
}

TEST(ErrorTest, EveryCodeHasANameOfItsOwn) {
  EXPECT_EQ(name_of(Errc::refused), "refused");
  EXPECT_EQ(name_of(Errc::config), "configuration error");
}

Result<int> positive(int number) {
  if (number < 0) return fail(Errc::invalid_data, "negative");
  return number;
}

Result<int> sum_of(int a, int b) {
  MUSTER_ASSIGN(const int left, positive(a));
  MUSTER_ASSIGN(const int right, positive(b));
  return left + right;
}

Status both(int a, int b) {
  MUSTER_TRY(positive(a));
  MUSTER_TRY(positive(b));
  return {};
}

TEST(ResultTest, AssignLeavesWithTheFirstError) {
  EXPECT_EQ(sum_of(1, 2), 3);
  ASSERT_FALSE(sum_of(1, -2));
  EXPECT_EQ(sum_of(1, -2).error().message, "negative");
}

TEST(ResultTest, TryLeavesWithTheFirstError) {
  EXPECT_TRUE(both(1, 2));
  EXPECT_FALSE(both(-1, 2));
}

}  // namespace
}  // namespace muster::base
