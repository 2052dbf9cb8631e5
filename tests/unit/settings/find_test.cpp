#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <optional>

#include "orchestrator/settings/settings.hpp"
#include "tests/support/fakes/temp_folder.hpp"

namespace muster::settings {
namespace {

using testing::AllOf;
using testing::HasSubstr;

// Sets a variable of the environment, and puts it back.
class Variable {
 public:
  Variable(const char* name, const std::string& value) : name_(name) {
    if (const char* before = std::getenv(name)) before_ = before;
    ::setenv(name, value.c_str(), 1);
  }
  ~Variable() {
    if (before_)
      ::setenv(name_, before_->c_str(), 1);
    else
      ::unsetenv(name_);
  }
  Variable(const Variable&) = delete;
  Variable& operator=(const Variable&) = delete;

 private:
  const char* name_;
  std::optional<std::string> before_;
};

class FindTest : public testing::Test {
 protected:
  fakes::TempFolder home_;
  Variable home_variable_{"HOME", home_.path().string()};
  Variable config_variable_{"MUSTER_CONFIG", ""};
};

TEST_F(FindTest, FlagComesBeforeVariableAndVariableBeforeHome) {
  const auto at_home = home_.write(".config/muster/muster.yaml", "");
  EXPECT_EQ(*find(), at_home);
  const auto by_variable = home_.write("variable.yaml", "");
  const Variable variable("MUSTER_CONFIG", by_variable.string());
  EXPECT_EQ(*find(), by_variable);
  const auto by_flag = home_.write("flag.yaml", "");
  EXPECT_EQ(*find(by_flag), by_flag);
}

TEST_F(FindTest, NamedFileThatIsMissingIsAnErrorAndNotAReasonToLookElsewhere) {
  home_.write(".config/muster/muster.yaml", "");
  EXPECT_THAT(find(home_ / "gone.yaml").error().message,
              AllOf(HasSubstr("gone.yaml"), HasSubstr("--config")));
  const Variable variable("MUSTER_CONFIG", "/nonexistent/muster.yaml");
  EXPECT_THAT(find().error().message,
              AllOf(HasSubstr("/nonexistent/muster.yaml"), HasSubstr("$MUSTER_CONFIG")));
}

TEST_F(FindTest, WhereNothingIsAllPlacesAreNamed) {
  if (std::filesystem::exists("/etc/muster/muster.yaml"))
    GTEST_SKIP() << "Muster is installed here";
  const auto none = find();
  EXPECT_EQ(none.error().code, Errc::config);
  EXPECT_THAT(none.error().message,
              AllOf(HasSubstr(home_.path().string()), HasSubstr("/etc/muster/muster.yaml"),
                    HasSubstr("MUSTER_CONFIG"), HasSubstr("muster init")));
}

}  // namespace
}  // namespace muster::settings
