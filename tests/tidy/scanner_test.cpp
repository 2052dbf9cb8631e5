#include "tests/tidy/scanner.hpp"

#include <gmock/gmock.h>

namespace muster::tidy {
namespace {

using ::testing::ElementsAre;

std::vector<std::size_t> lengths(std::string_view text) {
  std::vector<std::size_t> all;
  for (const auto& function : functions_in(text)) all.push_back(function.lines);
  return all;
}

TEST(ScannerTest, FunctionsAreMeasured) {
  EXPECT_THAT(lengths("int f() { return 1; }\nvoid g(int a,\n       int b) {\n  h();\n}\n"),
              ElementsAre(1, 3));
}

TEST(ScannerTest, MethodsInsideClassesAndNamespacesAreFound) {
  EXPECT_THAT(
      lengths("namespace a {\nclass B : public C {\n  void f() const {\n    x();\n  }\n};\n}\n"),
      ElementsAre(3));
}

TEST(ScannerTest, LambdaAndBlocksCountToTheirFunction) {
  EXPECT_THAT(lengths("void f() {\n  auto g = [] {\n    if (x) {\n    }\n  };\n}\n"),
              ElementsAre(6));
}

TEST(ScannerTest, BracesInLiteralsAndCommentsAreNone) {
  EXPECT_THAT(lengths("void f() {\n  g(\"}\", '}', R\"x(} \" })x\", 1'000);  // }\n  /* } */\n}\n"),
              ElementsAre(4));
}

TEST(ScannerTest, TablesAreNoFunctions) {
  EXPECT_THAT(
      lengths("constexpr std::array kTable = {\n  f(1),\n  f(2)};\nstruct S {\n  int a;\n};\n"),
      ElementsAre());
}

TEST(ScannerTest, MacrosAreSkipped) {
  EXPECT_THAT(lengths("#define M(x) \\\n  do {     \\\n  } while (x)\nint f() {\n}\n"),
              ElementsAre(2));
}

TEST(ScannerTest, IncludesOfBothKindsAreRead) {
  EXPECT_THAT(includes_in("#include <vector>\n#include \"a/b.hpp\"\n"),
              ElementsAre("vector", "a/b.hpp"));
}

}  // namespace
}  // namespace muster::tidy
