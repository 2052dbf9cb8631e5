// libFuzzer's targets without libFuzzer: each reads its corpus, and a fixed number of mutations of it.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

#include "proto/base/files.hpp"
#include "tests/fuzz/mutator.hpp"

// What MUSTER_FUZZER(NAME) defines in each NAME_fuzzer.cpp.
#define MUSTER_FUZZERS(each)                                                           \
  each(approval) each(configuration) each(ddl) each(envelope) each(facts) each(filter) \
      each(policy) each(reply) each(token) each(topic) each(workflow)
#define MUSTER_DECLARE(name) \
  extern "C" int name##_fuzzer(const std::uint8_t* data, std::size_t size);
#define MUSTER_ENTRY(name) {#name, name##_fuzzer},
MUSTER_FUZZERS(MUSTER_DECLARE)

namespace muster {
namespace {

constexpr std::size_t kInputMaxBytes = 1024 * 1024;
constexpr std::size_t kMutations = 2'000;

struct Target {
  const char* name;
  int (*run)(const std::uint8_t* data, std::size_t size);
};

const std::vector<Target>& targets() {
  static const std::vector<Target> all{MUSTER_FUZZERS(MUSTER_ENTRY)};
  return all;
}

std::vector<std::string> corpus_of(const std::string& name) {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(MUSTER_FUZZ_CORPUS "/" + name))
    files.push_back(entry.path());
  std::sort(files.begin(),
            files.end());  // the same order everywhere, or the seed would mean nothing
  std::vector<std::string> corpus;
  for (const auto& file : files) corpus.push_back(base::read_file(file, kInputMaxBytes).value());
  return corpus;
}

class CorpusFuzz : public testing::TestWithParam<Target> {};

TEST_P(CorpusFuzz, HoldsForTheCorpusAndForMutationsOfIt) {
  const auto corpus = corpus_of(GetParam().name);
  ASSERT_GE(corpus.size(), 3U) << "tests/fuzz/corpus/" << GetParam().name << " is too small";
  fuzz::run(corpus, kMutations, [](std::string_view input) {
    try {
      GetParam().run(reinterpret_cast<const std::uint8_t*>(input.data()), input.size());
    } catch (const std::exception& failure) {
      ADD_FAILURE() << failure.what();
    }
  });
}

INSTANTIATE_TEST_SUITE_P(Each, CorpusFuzz, testing::ValuesIn(targets()),
                         [](const auto& target) { return std::string(target.param.name); });

}  // namespace
}  // namespace muster
