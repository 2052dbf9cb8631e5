#include "node-agent/join/join_identity.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "proto/base/put_aside.hpp"
#include "tests/support/fakes/damages.hpp"
#include "tests/support/fakes/temp_folder.hpp"

namespace muster::agent {
namespace {

mode_t mode_of(const std::filesystem::path& file) {
  struct stat status {};
  return ::stat(file.c_str(), &status) == 0 ? status.st_mode & 0777 : 0;
}

TEST(JoinIdentityTest, ItIsMadeOnceAndKept) {
  const fakes::TempFolder folder;
  const auto state = folder / "state";
  const auto first = load_join_identity(state);
  ASSERT_TRUE(first) << first.error().message;
  EXPECT_EQ(first->client_id.size(), 32U);
  const auto second = load_join_identity(state);
  ASSERT_TRUE(second);
  EXPECT_EQ(second->client_id, first->client_id);
  EXPECT_EQ(second->key.public_der(), first->key.public_der());
}

TEST(JoinIdentityTest, NobodyElseCanReadIt) {
  const fakes::TempFolder folder;
  ASSERT_TRUE(load_join_identity(folder / "state"));
  EXPECT_EQ(mode_of(folder / "state/join.key"), 0600U);
  EXPECT_EQ(mode_of(folder / "state/join.id"), 0600U);
}

TEST(JoinIdentityTest, HalfAnIdentityIsMadeAnew) {
  const fakes::TempFolder folder;
  const auto first = load_join_identity(folder.path()).value();
  std::filesystem::remove(folder / "join.id");
  const auto without_id = load_join_identity(folder.path()).value();
  EXPECT_NE(without_id.client_id, first.client_id);
  EXPECT_NE(without_id.key.public_der(), first.key.public_der());
  folder.write("join.key", "no key\n", 0600);
  const auto without_key = load_join_identity(folder.path()).value();
  EXPECT_NE(without_key.client_id, without_id.client_id);
  EXPECT_EQ(load_join_identity(folder.path())->client_id, without_key.client_id);
}

TEST(JoinIdentityTest, ADamagedKeyIsPutAsideAndAnotherMade) {
  const fakes::TempFolder folder;
  const auto first = load_join_identity(folder.path()).value();
  const auto good = folder.read("join.key");
  const auto damages = fakes::damages_of(good);
  for (const auto& damage : damages) {
    SCOPED_TRACE(damage.how);
    folder.write("join.key", damage.content, 0600);
    const auto next = load_join_identity(folder.path());
    ASSERT_TRUE(next) << next.error().message;
    EXPECT_EQ(load_join_identity(folder.path())->client_id, next->client_id);
  }
  EXPECT_EQ(base::put_aside_since(folder.path(), 0).size(), damages.size());
}

TEST(JoinIdentityTest, AFolderThatCannotBeMadeIsAnErrorThatNamesIt) {
  const fakes::TempFolder folder;
  folder.write("state", "a file\n");
  const auto identity = load_join_identity(folder / "state");
  ASSERT_FALSE(identity);
  EXPECT_NE(identity.error().message.find((folder / "state").string()), std::string::npos);
}

}  // namespace
}  // namespace muster::agent
