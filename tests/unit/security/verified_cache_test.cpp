#include "proto/security/verified_cache.hpp"

#include <gtest/gtest.h>

#include "tests/support/pki/test_pki.hpp"

namespace muster::security {
namespace {

class VerifiedCacheTest : public testing::Test {
 protected:
  void insert(const std::string& digest) {
    cache_.insert(digest, {Verified(certificate_), 100, 200});
  }
  x509::Certificate certificate_ = test::TestCa("x").certificate();
  VerifiedCache cache_{8};
};

TEST_F(VerifiedCacheTest, HoldsFromItsFirstToItsLastMillisecond) {
  insert("a");
  EXPECT_FALSE(cache_.find("a", 99));
  EXPECT_TRUE(cache_.find("a", 100));
  EXPECT_TRUE(cache_.find("a", 200));
  EXPECT_FALSE(cache_.find("a", 201));
  EXPECT_FALSE(cache_.find("b", 150));
}

TEST_F(VerifiedCacheTest, NeverGrowsBeyondItsCapacityAndKeepsWhatIsUsed) {
  for (int i = 0; i < 100; ++i) {
    insert(std::to_string(i));
    EXPECT_TRUE(cache_.find("0", 150)) << i;
    EXPECT_LE(cache_.size(), 8U);
  }
  EXPECT_FALSE(cache_.find("1", 150));
}

TEST_F(VerifiedCacheTest, IsEmptyOnceCleared) {
  insert("a");
  cache_.clear();
  EXPECT_FALSE(cache_.find("a", 150));
}

}  // namespace
}  // namespace muster::security
