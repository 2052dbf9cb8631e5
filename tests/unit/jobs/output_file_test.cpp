#include "node-agent/jobs/output_file.hpp"

#include <gtest/gtest.h>

#include "proto/base/files.hpp"
#include "tests/support/fakes/temp_folder.hpp"

namespace muster::jobs {
namespace {

constexpr std::size_t kReadMaxBytes = 1024 * 1024;

class OutputFileTest : public testing::Test {
 protected:
  std::string written() const { return base::read_file(folder_ / "output", kReadMaxBytes).value(); }
  OutputFile open(std::uint64_t max_bytes) const {
    return std::move(OutputFile::create(folder_ / "output", max_bytes).value());
  }

  fakes::TempFolder folder_;
};

TEST_F(OutputFileTest, KeepsAShortOutputAsItCame) {
  auto file = open(kOutputMaxBytes);
  ASSERT_TRUE(file.append("one\n"));
  ASSERT_TRUE(file.append("two"));
  ASSERT_TRUE(file.finish());
  EXPECT_EQ(written(), "one\ntwo");
}

TEST_F(OutputFileTest, KeepsAllOfAnOutputThatJustFits) {
  const std::string all(kOutputTailBytes + 100, 'x');
  auto file = open(all.size());
  ASSERT_TRUE(file.append(all));
  ASSERT_TRUE(file.finish());
  EXPECT_EQ(written(), all);
}

TEST_F(OutputFileTest, SaysHowMuchItLeftOutAndKeepsTheEnd) {
  auto file = open(kOutputTailBytes + 10);
  ASSERT_TRUE(file.append("0123456789"));
  ASSERT_TRUE(file.append(std::string(1000, 'm')));
  ASSERT_TRUE(file.append(std::string(kOutputTailBytes - 5, 't') + "done\n"));
  ASSERT_TRUE(file.finish());
  EXPECT_EQ(written(), "0123456789\n[muster: 1000 bytes of output left out here]\n" +
                           std::string(kOutputTailBytes - 5, 't') + "done\n");
}

TEST_F(OutputFileTest, NeverChangesWhatAReaderHasSeen) {
  auto file = open(kOutputTailBytes + 4);
  ASSERT_TRUE(file.append("abcdef"));
  const auto before = written();
  ASSERT_TRUE(file.append(std::string(2 * kOutputTailBytes, 'z')));
  ASSERT_TRUE(file.finish());
  EXPECT_EQ(written().substr(0, before.size()), before);
}

}  // namespace
}  // namespace muster::jobs
