#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "orchestrator/cli/present/presenter.hpp"
#include "tests/unit/cli/results.hpp"

namespace muster::cli {
namespace {

using client::Outcome;
using testing::HasSubstr;
using testing::Not;

std::string table_of(const std::vector<client::NodeResult>& nodes) {
  ddl::Action action;
  action.name = "runcommand";
  action.outputs = {{"output", "", "Output", "", {}}, {"exitcode", "", "Exit Code", "", {}}};
  const auto selection = Selection::of({}, ddl::Display::always, false).value();
  testing::internal::CaptureStdout();
  table_presenter({action, selection})->finished({}, call_result(nodes));
  return testing::internal::GetCapturedStdout();
}

TEST(TablePresenterTest, AFailureShowsTheDataThatCameWithIt) {
  const auto text = table_of(
      {node_result("n1", Outcome::failed, {{"output", "DISK CRITICAL"}, {"exitcode", nullptr}})});
  EXPECT_THAT(text, HasSubstr("DISK CRITICAL"));
  EXPECT_THAT(text, HasSubstr("Request Aborted: could not do it"));
  EXPECT_THAT(text, Not(HasSubstr("null")));
}

TEST(TablePresenterTest, DataThatNoColumnIsForHasOneOfItsOwn) {
  const auto text = table_of({node_result("n1", Outcome::ok, "1067"),
                              node_result("n2", Outcome::failed, {{"perfdata", "load=3"}}),
                              node_result("n3", Outcome::ok, {{"output", "fine"}})});
  EXPECT_THAT(text, HasSubstr("Exit Code  DATA"));
  EXPECT_THAT(text, HasSubstr("1067"));
  EXPECT_THAT(text, HasSubstr("perfdata"));
  EXPECT_THAT(text, HasSubstr("load=3"));
  EXPECT_THAT(table_of({node_result("n3", Outcome::ok, {{"output", "fine"}})}),
              Not(HasSubstr("DATA")));
}

TEST(TablePresenterTest, AFailureWithoutDataSaysWhyInItsPlace) {
  const auto text = table_of({node_result("n1", Outcome::failed)});
  EXPECT_THAT(text, HasSubstr("Request Aborted  could not do it"));
}

}  // namespace
}  // namespace muster::cli
