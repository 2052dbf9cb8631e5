#include "node-agent/dispatch/data_table.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/dispatch/test_data.hpp"

namespace muster::agent {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using std::chrono_literals::operator""s;

DataTable table_of(TestData::Answer answer) {
  return DataTable({std::make_shared<TestData>("fstat", std::move(answer))});
}

TEST(DataTableTest, OnlyActivePluginsAreOfferedAndTheFirstOfTwoCounts) {
  DataTable table({std::make_shared<TestData>("puppet"), std::make_shared<TestData>("fstat"),
                   std::make_shared<TestData>("gone", TestData::Answer(), false),
                   std::make_shared<TestData>("fstat", [](const auto&) -> Result<Value> {
                     return fail(Errc::aborted, "the second");
                   })});
  EXPECT_THAT(table.names(), ElementsAre("fstat", "puppet"));
  EXPECT_TRUE(table.query("fstat", "/x"));
  EXPECT_EQ(table.find("gone"), nullptr);
}

TEST(DataTableTest, OthersComeAndGoBesideTheBuiltInOnes) {
  DataTable table({std::make_shared<TestData>("fstat")});
  table.replace_others({std::make_shared<TestData>("other"),
                        std::make_shared<TestData>("fstat", [](const auto&) -> Result<Value> {
                          return fail(Errc::aborted, "no built-in one");
                        })});
  EXPECT_THAT(table.names(), ElementsAre("fstat", "other"));
  EXPECT_TRUE(table.query("fstat", "/x"));
  table.replace_others({});
  EXPECT_THAT(table.names(), ElementsAre("fstat"));
}

TEST(DataTableTest, AnUnknownPluginIsToldWithTheNearest) {
  const auto table = table_of({});
  const auto answer = table.query("fstats", "/x");
  EXPECT_EQ(answer.error().code, Errc::not_found);
  EXPECT_EQ(answer.error().message, "no data plugin 'fstats' here; did you mean 'fstat'?");
}

TEST(DataTableTest, TheArgumentMustFitTheDescription) {
  bool asked = false;
  const auto table = table_of([&asked](const auto&) -> Result<Value> {
    asked = true;
    return Value::object();
  });
  EXPECT_EQ(table.query("fstat", "relative").error().code, Errc::invalid_data);
  EXPECT_EQ(table.query("fstat", std::nullopt).error().code, Errc::missing_data);
  EXPECT_FALSE(asked);
}

TEST(DataTableTest, AnswersAreWhatTheDescriptionNamesAndNothingElse) {
  const auto table = table_of([](const auto& argument) -> Result<Value> {
    return Value{{"name", *argument}, {"secret", 1}};
  });
  EXPECT_EQ(table.query("fstat", "/x").value(), (Value{{"size", 0}, {"name", "/x"}}));
}

TEST(DataTableTest, NonsenseOfAPluginIsAnErrorThatNamesIt) {
  struct Case {
    TestData::Answer answer;
    const char* message;
  };
  const Case cases[] = {
      {[](const auto&) -> Result<Value> { return Value::array({1}); }, "its answer is no map"},
      {[](const auto&) -> Result<Value> {
         return Value{{"size", Value::array()}};
       },
       "its output size is neither text, number nor boolean"},
      {[](const auto&) -> Result<Value> {
         return Value{{"name", std::string(kDataTextMaxBytes + 1, 'x')}};
       },
       "its output name is larger than"},
      {[](const auto&) -> Result<Value> { throw std::runtime_error("boom"); }, "boom"},
      {[](const auto&) -> Result<Value> { return fail(Errc::io, "no disk"); }, "no disk"}};
  for (const auto& each : cases)
    EXPECT_THAT(
        table_of(each.answer).query("fstat", "/x").error().message,
        testing::AllOf(testing::StartsWith("data plugin fstat: "), HasSubstr(each.message)));
}

TEST(DataTableTest, PatienceAddsUpThePluginsTimeouts) {
  auto slow = std::make_shared<TestData>("slow");
  slow->set_timeout(30s);
  const DataTable table({slow, std::make_shared<TestData>("fstat")});
  EXPECT_EQ(table.patience({"fstat", "slow", "unknown"}), 40s);
}

}  // namespace
}  // namespace muster::agent
