// Every unit test that starts threads, itself or through a class of ours, runs under the thread sanitizer: its folder, or
// it, stands behind THREADS in CMakeLists.txt.
#include <gmock/gmock.h>

#include <algorithm>
#include <map>
#include <optional>
#include <regex>
#include <set>
#include <sstream>

#include "tests/tidy/scanner.hpp"
#include "tests/tidy/tree.hpp"

namespace muster::tidy {
namespace {

bool starts_threads(const std::string& code) {
  static const std::regex start(
      R"(\bstd::(jthread|thread|async)\b(?!::)|\bWorker<|\bpthread_create\b)");
  const auto says = [&](const char* word) { return code.find(word) != std::string::npos; };
  if (!says("thread") && !says("async") && !says("Worker<"))
    return false;  // nearly all, and at once
  return std::regex_search(without_literals(code), start);
}

std::string header_of(const std::string& path) {
  return path.substr(0, path.rfind('.')) + ".hpp";
}

// Headers of what starts threads, whether they or their source say so.
std::set<std::string> headers_with_threads() {
  std::set<std::string> headers;
  for (const auto& file : files()) {
    if (!file.is_cpp() || !starts_threads(file.text)) continue;
    if (find(header_of(file.path)) != nullptr) headers.insert(header_of(file.path));
  }
  return headers;
}

// What a test includes, also by way of other headers of tests: a lab has the classes, the test has the lab.
void add_headers(const File& file, std::set<std::string>& headers) {
  static std::map<std::string, std::vector<std::string>> read;  // labs are included by many
  auto known = read.find(file.path);
  if (known == read.end()) known = read.emplace(file.path, includes_in(file.text)).first;
  for (const auto& name : known->second) {
    if (!headers.insert(name).second) continue;
    const auto* header = name.starts_with("tests/") ? find(name) : nullptr;
    if (header != nullptr) add_headers(*header, headers);
  }
}

// One muster_test(…).
struct Declared {
  std::vector<std::string> sources;
  std::optional<std::vector<std::string>> threads;  // those named; none of them: all
  bool sanitizes(const std::string& source) const {
    return threads && (threads->empty() ||
                       std::find(threads->begin(), threads->end(), source) != threads->end());
  }
};

std::vector<Declared> declared_in(const std::string& cmake) {
  std::vector<Declared> all;
  constexpr std::string_view kBegin = "muster_test(";
  static const std::set<std::string> others{"NAME", "DEPS", "LABEL", "TIMEOUT", "SERIAL", "ALONE"};
  for (auto at = cmake.find(kBegin); at != std::string::npos; at = cmake.find(kBegin, at + 1)) {
    const auto from = at + kBegin.size();
    std::istringstream words(cmake.substr(from, cmake.find(')', from) - from));
    Declared one;
    std::vector<std::string>* list = nullptr;
    for (std::string word; words >> word;) {
      if (word == "SRCS")
        list = &one.sources;
      else if (word == "THREADS")
        list = &one.threads.emplace();
      else if (others.contains(word))
        list = nullptr;
      else if (list != nullptr)
        list->push_back(word);
    }
    all.push_back(std::move(one));
  }
  return all;
}

// The first thing that starts threads in a test; empty when there is none.
std::string why_sanitized(const File& test, const std::set<std::string>& with_threads) {
  if (starts_threads(test.text)) return "itself";
  std::set<std::string> headers;
  add_headers(test, headers);
  for (const auto& header : headers)
    if (with_threads.contains(header)) return header;
  return "";
}

TEST(SanitizedTest, EveryUnitTestThatStartsThreadsIsNamedBehindThreads) {
  const auto with_threads = headers_with_threads();
  EXPECT_GT(with_threads.size(), 25U);
  std::size_t sanitized = 0;
  for (const auto& file : files()) {
    if (!file.below("tests/unit/") || !file.has_suffix("/CMakeLists.txt")) continue;
    const auto folder = file.path.substr(0, file.path.rfind('/') + 1);
    for (const auto& declared : declared_in(file.text))
      for (const auto& source : declared.sources) {
        const auto* test = find(folder + source);
        if (test == nullptr) continue;  // of another folder: looked at there
        const auto why = why_sanitized(*test, with_threads);
        if (why.empty()) continue;
        ++sanitized;
        EXPECT_TRUE(declared.sanitizes(source))
            << test->path << " starts threads (" << why << "); name it behind THREADS in "
            << file.path << ", so that it runs under the thread sanitizer";
      }
  }
  EXPECT_GT(sanitized, 50U);
}

TEST(SanitizedTest, ThreadsAreSeenHoweverTheyAreStarted) {
  EXPECT_TRUE(starts_threads("std::thread one([] {});\n"));
  EXPECT_TRUE(starts_threads("std::vector<std::jthread> all;\n"));
  EXPECT_TRUE(starts_threads("auto later = std::async(f);\n"));
  EXPECT_TRUE(starts_threads("std::shared_ptr<client::Worker<int>> worker;\n"));
  EXPECT_FALSE(starts_threads("// std::thread\nstd::this_thread::yield();\n"));
  EXPECT_FALSE(starts_threads("const auto n = std::thread::hardware_concurrency();\n"));
}

TEST(SanitizedTest, AFoldersThreadsAreAllOrThoseThatAreNamed) {
  const auto all = declared_in(
      "muster_test(NAME a_test SRCS a.cpp b.cpp LABEL unit THREADS)\n"
      "muster_test(NAME b_test THREADS b.cpp\n  DEPS c SRCS a.cpp b.cpp)\n"
      "muster_test(NAME c_test SRCS a.cpp)\n");
  ASSERT_EQ(all.size(), 3U);
  EXPECT_TRUE(all[0].sanitizes("a.cpp"));
  EXPECT_FALSE(all[1].sanitizes("a.cpp"));
  EXPECT_TRUE(all[1].sanitizes("b.cpp"));
  EXPECT_FALSE(all[2].sanitizes("a.cpp"));
}

}  // namespace
}  // namespace muster::tidy
