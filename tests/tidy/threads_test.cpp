// Every thread that a program starts stands in the table of docs/ARCHITECTURE.md under the name that `ps -L` shows.
#include <gmock/gmock.h>

#include <regex>
#include <set>

#include "tests/tidy/tree.hpp"

namespace muster::tidy {
namespace {

bool is_of_a_program(const File& file) {
  return file.is_cpp() && !file.below("tests/") && !file.below("proto/base/");
}

// Given to name_thread(), or to a worker or a loop that names its thread so; of a name that is put together, its beginning.
std::set<std::string> thread_names_in(const std::string& code) {
  static const std::regex given(
      R"re((?:name_thread\(\s*(?:fmt::format\()?|thread_?\.start\(\s*|make_(?:shared|unique)<(?:(?:client::)?Worker<[^()"]*>|loop::ThreadPool)>\(\s*(?:[\w.]+,\s*)?)"([a-z -]+))re");
  std::set<std::string> names;
  for (std::sregex_iterator found(code.begin(), code.end(), given), end; found != end; ++found)
    names.insert((*found)[1]);
  return names;
}

TEST(ThreadsTest, TheArchitectureNamesEveryThread) {
  const auto* page = find("docs/ARCHITECTURE.md");
  ASSERT_NE(page, nullptr);
  std::size_t count = 0;
  for (const auto& file : files()) {
    if (!is_of_a_program(file)) continue;
    for (const auto& name : thread_names_in(file.text)) {
      ++count;
      EXPECT_NE(page->text.find("`" + name), std::string::npos)
          << "docs/ARCHITECTURE.md says nothing of the thread '" << name << "' of " << file.path;
    }
  }
  EXPECT_GT(count, 25U);
}

TEST(ThreadsTest, NamesAreFoundHoweverTheyAreGiven) {
  EXPECT_THAT(thread_names_in(
                  "base::name_thread(\"judge\"); name_thread(fmt::format(\"worker-{}\", n));\n"
                  "name_thread(\"run \" + identity);\n"
                  "a = std::make_shared<client::Worker<transport::Message>>(\n    \"control\", k,"
                  "b = std::make_unique<loop::ThreadPool>(\"verifier\", 2, 9);\n"
                  "c = std::make_unique<loop::ThreadPool>(parts_.loop, \"look\", 1, 9);\n"
                  "thread_.start(\"provisioner\"); caller.start(\"nobody\");"),
              testing::ElementsAre("control", "judge", "look", "provisioner", "run ", "verifier",
                                   "worker-"));
}

}  // namespace
}  // namespace muster::tidy
