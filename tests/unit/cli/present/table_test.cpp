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

TEST(TablePresenterTest, AFailureWithoutDataSaysWhyInItsPlace) {
  const auto text = table_of({node_result("n1", Outcome::failed)});
  EXPECT_THAT(text, HasSubstr("Request Aborted  could not do it"));
}

}  // namespace
}  // namespace muster::cli
