#include <gmock/gmock.h>

#include <array>

#include "tests/tidy/scanner.hpp"
#include "tests/tidy/tree.hpp"

namespace muster::tidy {
namespace {

// What these write is read by people, on terminals and in mail programs.
constexpr std::array<std::string_view, 6> kMouths{
    "orchestrator/cli/commands/", "orchestrator/cli/present/", "orchestrator/cli/render/",
    "orchestrator/notify/",       "plugins/notifiers/",        "proto/audit/"};

// Everything else goes through the log or cli::print() and cli::note().
constexpr std::array<std::string_view, 5> kWriters{
    "node-agent/main.cpp", "orchestrator/cli/commands/job_watch.cpp", "orchestrator/cli/output.cpp",
    "orchestrator/cli/present/foot.cpp", "orchestrator/daemon/main.cpp"};

bool is_mouth(const File& file) {
  return std::any_of(kMouths.begin(), kMouths.end(),
                     [&file](std::string_view folder) { return file.below(folder); });
}

TEST(OutputTest, JsonForPeopleIsMadePrintable) {
  for (const auto& file : files())
    if (file.is_cpp() && is_mouth(file)) {
      EXPECT_EQ(without_literals(file.text).find(".dump("), std::string::npos)
          << file.path << " dumps JSON as it is; use base::json_text()";
    }
}

TEST(OutputTest, OnlyAFewFilesWriteToTheTerminalThemselves) {
  std::size_t writers = 0;
  for (const auto& file : files()) {
    if (!file.is_cpp() || file.below("tests/")) continue;
    const auto code = without_literals(file.text);
    for (const auto* way : {"std::cout", "std::cerr", "std::fwrite(", "std::fputs(", "std::printf(",
                            "std::fprintf(", "fmt::print("})
      if (code.find(way) != std::string::npos) {
        ++writers;
        EXPECT_NE(std::find(kWriters.begin(), kWriters.end(), file.path), kWriters.end())
            << file.path << " uses " << way << "; use the log, cli::print() or cli::note()";
      }
  }
  EXPECT_GT(writers, 0U) << "the scanner finds no writers any more";
}

}  // namespace
}  // namespace muster::tidy
