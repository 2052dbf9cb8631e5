#include "proto/base/shared_library.hpp"

#include <gmock/gmock.h>

#include <cmath>

namespace muster::base {
namespace {

using testing::HasSubstr;

TEST(SharedLibraryTest, FunctionsAreFoundByName) {
  const auto library = SharedLibrary::open("libm.so.6", "Sums need", "libc6");
  ASSERT_TRUE(library) << library.error().message;
  double (*root)(double) = nullptr;
  ASSERT_TRUE(library->find("sqrt", root));
  EXPECT_EQ(root(9.0), 3.0);
  EXPECT_FALSE(library->find("no_such_function", root));
}

TEST(SharedLibraryTest, AMissingOneIsToldWithWhatBringsIt) {
  const auto library = SharedLibrary::open("libnone.so.9", "Sums need", "libnone9");
  ASSERT_FALSE(library);
  EXPECT_EQ(library.error().code, Errc::config);
  EXPECT_THAT(library.error().message, HasSubstr("Sums need libnone.so.9: "));
  EXPECT_THAT(library.error().message, HasSubstr("apt-get install libnone9"));
}

}  // namespace
}  // namespace muster::base
