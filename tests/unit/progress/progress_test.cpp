#include "proto/progress/progress.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace muster::progress {
namespace {

TEST(WorkflowProgressTest, EverythingComesBackAsItWas) {
  const Progress before{
      "puppet", "ab12", {"pick-master", "claim"}, "m1.example", "run-1", 7, 1'000, 900, 2, 1, true};
  const auto after = Progress::from_value(before.to_value());
  ASSERT_TRUE(after) << after.error().message;
  EXPECT_EQ(*after, before);
}

TEST(WorkflowProgressTest, WhatIsAbsentIsEmpty) {
  EXPECT_EQ(Progress::from_value(Value::object()).value(), Progress());
}

TEST(WorkflowProgressTest, WhatIsOfAnotherFormIsRefused) {
  const std::string long_text(kProgressTextMax + 1, 'x');
  for (const auto& odd : {Value(5), Value{{"workflow", 5}}, Value{{"master", long_text}},
                          Value{{"fence", "7"}}, Value{{"untold", 1}}, Value{{"finished", "claim"}},
                          Value{{"finished", {1}}}, Value{{"finished", {long_text}}},
                          Value{{"finished", std::vector<std::string>(kFinishedMax + 1, "x")}}})
    EXPECT_EQ(Progress::from_value(odd).error().code, Errc::invalid_data) << odd;
}

}  // namespace
}  // namespace muster::progress
