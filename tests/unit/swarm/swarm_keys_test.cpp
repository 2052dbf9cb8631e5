#include "tests/swarm/keys/swarm_keys.hpp"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include "tests/support/fakes/temp_folder.hpp"

namespace muster::swarm {
namespace {

using testing::HasSubstr;

class SwarmKeysTest : public testing::Test {
 protected:
  fakes::TempFolder folder_;
  test::TestCa ca_{"Puppet CA: swarm"};
  std::filesystem::path file_ = folder_ / "swarm.keys";
};

TEST_F(SwarmKeysTest, WhatWasMadeIsThereInTheNextRunAndMoreIsAdded) {
  SwarmKeys first(ca_);
  first.make(3);
  ASSERT_TRUE(first.write(file_));
  SwarmKeys second(ca_);
  ASSERT_TRUE(second.read(file_));
  second.make(5);
  ASSERT_EQ(second.size(), 5U);
  for (std::size_t i = 0; i < 3; ++i)
    EXPECT_EQ(second[i].certificate.fingerprint(), first[i].certificate.fingerprint());
  EXPECT_EQ(second[4].certificate.common_name(), "node00004.swarm.example");
  EXPECT_TRUE(second[4].certificate.issued_by(ca_.certificate()));
}

TEST_F(SwarmKeysTest, OnlyTheOwnerReadsTheFile) {
  SwarmKeys keys(ca_);
  keys.make(1);
  ASSERT_TRUE(keys.write(file_));
  struct stat known {};
  ASSERT_EQ(::stat(file_.c_str(), &known), 0);
  EXPECT_EQ(known.st_mode & 0777U, 0600U);
}

TEST_F(SwarmKeysTest, KeysOfAnotherCaAreRefusedWithWhatToDo) {
  const test::TestCa other("Puppet CA: other");
  SwarmKeys theirs(other);
  theirs.make(1);
  ASSERT_TRUE(theirs.write(file_));
  const auto read = SwarmKeys(ca_).read(file_);
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().code, Errc::config);
  EXPECT_THAT(read.error().message, HasSubstr("delete it"));
}

TEST_F(SwarmKeysTest, AFileThatEndsInTheMiddleIsRefused) {
  SwarmKeys keys(ca_);
  keys.make(2);
  ASSERT_TRUE(keys.write(file_));
  const auto whole = folder_.read("swarm.keys");
  folder_.write("swarm.keys", whole.substr(0, whole.size() - 200));
  EXPECT_FALSE(SwarmKeys(ca_).read(file_));
}

}  // namespace
}  // namespace muster::swarm
