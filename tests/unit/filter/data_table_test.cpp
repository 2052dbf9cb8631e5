#include "proto/filter/data_table.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace muster::filter {
namespace {

using testing::HasSubstr;

TEST(DataFunctionTableTest, AnswersWhatItHolds) {
  const auto table = DataTable::from(
      {{"fstat", {{"/etc/hosts", {{"size", 120}}}}}, {"puppet", {{"", {{"enabled", true}}}}}});
  ASSERT_TRUE(table);
  EXPECT_EQ(table->query("fstat", "/etc/hosts").value(), Value({{"size", 120}}));
  EXPECT_EQ(table->query("puppet", std::nullopt).value(), Value({{"enabled", true}}));
  EXPECT_THAT(table->query("fstatt", "/x").error().message, HasSubstr("did you mean 'fstat'?"));
  EXPECT_THAT(table->query("fstat", "/etc/host").error().message,
              HasSubstr("no data of 'fstat' for '/etc/host'; did you mean '/etc/hosts'?"));
}

TEST(DataFunctionTableTest, OtherShapesAreRefused) {
  EXPECT_TRUE(DataTable::from(nullptr));
  EXPECT_TRUE(DataTable::from(Value::object()));
  EXPECT_FALSE(DataTable::from(Value::array()));
  EXPECT_FALSE(DataTable::from({{"fstat", 1}}));
  EXPECT_THAT(DataTable::from({{"fstat", {{"/x", 1}}}}).error().message, HasSubstr("'fstat'"));
}

}  // namespace
}  // namespace muster::filter
