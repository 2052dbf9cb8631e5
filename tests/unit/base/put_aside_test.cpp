#include "proto/base/put_aside.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "proto/base/files.hpp"
#include "tests/support/fakes/temp_folder.hpp"

namespace muster::base {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

constexpr std::int64_t kNowMs = 1'800'000'000'000;
constexpr std::int64_t kMinuteMs = 60'000;
constexpr Damage kDamage{"list of cats", "they are asked again", {}};

class PutAsideTest : public testing::Test {
 protected:
  std::filesystem::path put(std::int64_t now_ms = kNowMs) {
    const auto file = folder_.write("state/cats.json", "half a c");
    return put_aside(file, kDamage, now_ms).value();
  }
  fakes::TempFolder folder_;
};

TEST_F(PutAsideTest, TheFileIsFreeAndItsContentKeptUnderANameWithTheTime) {
  EXPECT_EQ(put(), folder_ / "state/cats.json.damaged-2027-01-15T08:00:00.000Z");
  EXPECT_EQ(folder_.read("state/cats.json.damaged-2027-01-15T08:00:00.000Z"), "half a c");
  EXPECT_FALSE(std::filesystem::exists(folder_ / "state/cats.json"));
}

TEST_F(PutAsideTest, WhatIsKeptAsideStaysUntilItIsReplacedAndIsKeptOnce) {
  const auto file = folder_.write("state/cats.json", "half a c");
  const auto aside = keep_aside(file, kDamage, kNowMs).value();
  EXPECT_EQ(folder_.read("state/cats.json"), "half a c");
  EXPECT_EQ(keep_aside(file, kDamage, kNowMs + kMinuteMs).value(), aside);
  ASSERT_TRUE(write_file(file, "whole"));
  EXPECT_EQ(folder_.read(aside.filename().string().insert(0, "state/")), "half a c");
}

TEST_F(PutAsideTest, TwoOfOneMomentAreTwoFiles) {
  EXPECT_NE(put(), put());
  EXPECT_THAT(put_aside_since(folder_.path(), kNowMs), SizeIs(2));
}

TEST_F(PutAsideTest, OfOneFileTheLatestAreKept) {
  const auto first = put();
  const auto beside = folder_.write("state/cats.json.damaged-2027-01-15T08:00:00.000Z-wal", "log");
  const auto other = folder_.write("state/dogs.json.damaged-2027-01-15T08:00:00.000Z", "half a d");
  std::filesystem::path last;
  for (std::size_t i = 1; i <= kPutAsideKept; ++i)
    last = put(kNowMs + static_cast<std::int64_t>(i) * kMinuteMs);
  EXPECT_FALSE(std::filesystem::exists(first));
  EXPECT_FALSE(std::filesystem::exists(beside));
  EXPECT_TRUE(std::filesystem::exists(other));
  EXPECT_TRUE(std::filesystem::exists(last));
  EXPECT_THAT(put_aside_since(folder_.path(), kNowMs), SizeIs(kPutAsideKept + 1));
}

TEST_F(PutAsideTest, WhatWasPutAsideSinceIsFoundBelowAFolder) {
  put();
  const auto late = put(kNowMs + kMinuteMs);
  folder_.write("state/cats.json", "whole");
  folder_.write("state/cats.json.damaged-2027-01-15T08:01:00.000Z-wal", "beside it");
  EXPECT_THAT(put_aside_since(folder_.path(), kNowMs + 1), ElementsAre(late));
  EXPECT_THAT(put_aside_since(folder_ / "nowhere", 0), IsEmpty());
}

TEST_F(PutAsideTest, WhatCannotBeRenamedIsAnErrorThatNamesIt) {
  const auto failed = put_aside(folder_ / "nowhere/cats.json", kDamage, kNowMs);
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().code, Errc::io);
  EXPECT_THAT(failed.error().message, HasSubstr("nowhere/cats.json"));
}

}  // namespace
}  // namespace muster::base
