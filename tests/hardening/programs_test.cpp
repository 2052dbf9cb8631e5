// How the programs that are installed were compiled and linked, as readelf(1) and the build's own record show.
#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "proto/base/child.hpp"
#include "proto/base/files.hpp"
#include "proto/base/value.hpp"

namespace muster::hardening {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr std::size_t kProgramMaxBytes = 256 * 1024 * 1024;
constexpr const char* kPrograms[] = {"muster", "muster-agent", "muster-orchestrator"};
const std::string kBuild = MUSTER_BUILD;

std::string readelf(const std::vector<std::string>& options, const std::string& program) {
  base::ChildSpec spec;
  spec.argv = {"readelf", "--wide"};
  spec.argv.insert(spec.argv.end(), options.begin(), options.end());
  spec.argv.push_back(kBuild + "/bin/" + program);
  spec.output_max_bytes = kProgramMaxBytes;
  const auto result = base::run_child(spec);
  EXPECT_TRUE(result) << result.error().message;
  EXPECT_EQ(result->exit_code, 0) << result->err;
  return result->out;
}

// The line of a program header: "GNU_STACK      0x000000 … RW  0x1".
std::string header(const std::string& headers, const std::string& type) {
  const auto at = headers.find("  " + type + " ");
  return at == std::string::npos ? "" : headers.substr(at, headers.find('\n', at) - at);
}

std::size_t count(const std::string& text, std::string_view part) {
  std::size_t found = 0;
  for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + part.size()))
    ++found;
  return found;
}

TEST(ProgramsTest, TheyAreLoadedAnywhereAndTheirTablesAreReadOnly) {
  for (const auto* program : kPrograms) {
    EXPECT_THAT(readelf({"--file-header"}, program), HasSubstr("DYN (Position-Independent"))
        << program;
    EXPECT_THAT(readelf({"--dynamic"}, program), HasSubstr("BIND_NOW")) << program;
    EXPECT_FALSE(header(readelf({"--program-headers"}, program), "GNU_RELRO").empty()) << program;
  }
}

TEST(ProgramsTest, NoMemoryIsBothWrittenAndExecuted) {
  for (const auto* program : kPrograms) {
    const auto headers = readelf({"--program-headers"}, program);
    EXPECT_THAT(header(headers, "GNU_STACK"), HasSubstr(" RW ")) << program;
    EXPECT_THAT(headers, Not(HasSubstr(" RWE "))) << program;
  }
}

TEST(ProgramsTest, StacksAndBuffersAreChecked) {
  for (const auto* program : kPrograms) {
    const auto symbols = readelf({"--dyn-syms"}, program);
    EXPECT_THAT(symbols, HasSubstr("__stack_chk_fail")) << program;
    EXPECT_THAT(symbols, HasSubstr("__memcpy_chk")) << program;
  }
}

TEST(ProgramsTest, IndirectBranchesLandWhereTheyMay) {
#if defined(__x86_64__)
  constexpr std::string_view kLanding = "\xf3\x0f\x1e\xfa";  // endbr64
#elif defined(__aarch64__)
  constexpr std::string_view kLanding = "\x3f\x23\x03\xd5";  // paciasp
#else
  GTEST_SKIP() << "no such protection on this processor";
#endif
  constexpr std::size_t kFunctionsLeast = 1'000;  // each program has many more
  for (const auto* program : kPrograms) {
    const auto bytes = base::read_file(kBuild + "/bin/" + program, kProgramMaxBytes);
    ASSERT_TRUE(bytes) << bytes.error().message;
    EXPECT_GT(count(*bytes, kLanding), kFunctionsLeast) << program;
  }
}

// A library that is loaded and not used costs each start, and is code that an attacker finds.
TEST(ProgramsTest, NoneLoadsALibraryOfAnothersWork) {
  const std::pair<const char*, std::vector<const char*>> foreign[] = {
      {"muster", {"libcurl", "libsqlite3", "libstrophe", "libsystemd"}},
      {"muster-agent", {"libsqlite3", "libstrophe", "libcurl"}}};
  for (const auto& [program, libraries] : foreign) {
    const auto needed = readelf({"--dynamic"}, program);
    EXPECT_THAT(needed, HasSubstr("libpaho-mqttpp3")) << program;
    for (const auto* library : libraries) EXPECT_THAT(needed, Not(HasSubstr(library))) << program;
  }
}

TEST(ProgramsTest, EveryFileWasCompiledWithTheOptionsThatLeaveNoTrace) {
  const auto text = base::read_file(kBuild + "/compile_commands.json", kProgramMaxBytes);
  ASSERT_TRUE(text) << text.error().message;
  const auto commands = Value::parse(*text, nullptr, false);
  ASSERT_TRUE(commands.is_array() && commands.size() > 20);
  for (const auto& command : commands)
    for (const auto* option :
         {"-fstack-protector-strong", "-fstack-clash-protection", "_FORTIFY_SOURCE=2"})
      EXPECT_THAT(command.at("command").get<std::string>(), HasSubstr(option))
          << command.at("file");
}

}  // namespace
}  // namespace muster::hardening
