#include <gmock/gmock.h>

#include "proto/base/child.hpp"
#include "tests/tidy/tree.hpp"

namespace muster::tidy {
namespace {

TEST(FormatTest, ClangFormatWouldChangeNothing) {
  base::ChildSpec spec;
  spec.argv = {"clang-format-14", "--dry-run", "-Werror", "--style=file"};
  for (const auto& file : files())
    if (file.is_cpp()) spec.argv.push_back(file.path);
  spec.working_folder = top();
  spec.timeout = std::chrono::seconds(110);
  const auto result = base::run_child(spec);
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_EQ(result->exit_code, 0) << result->err.substr(0, 4000)
                                  << "\nrun: clang-format-14 -i FILE";
}

}  // namespace
}  // namespace muster::tidy
