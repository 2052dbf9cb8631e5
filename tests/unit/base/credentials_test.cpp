#include "proto/base/credentials.hpp"

#include <gmock/gmock.h>

#include <cstdlib>

#include "proto/base/strict_yaml.hpp"

namespace muster::base {
namespace {

using testing::HasSubstr;

class CredentialsTest : public testing::Test {
 protected:
  CredentialsTest() { ::setenv("CREDENTIALS_DIRECTORY", "/run/credentials/x.service", 1); }
  ~CredentialsTest() override { ::unsetenv("CREDENTIALS_DIRECTORY"); }
};

TEST_F(CredentialsTest, APathOfAConfigurationMayNameACredential) {
  auto map = StrictMap::from_text("key: $CREDENTIALS_DIRECTORY/node.key\nother: a.pem\n", "a.yaml");
  ASSERT_TRUE(map);
  std::filesystem::path key;
  std::filesystem::path other;
  map->path("key", key);
  map->path("other", other);
  ASSERT_TRUE(map->finish());
  EXPECT_EQ(key, "/run/credentials/x.service/node.key");
  EXPECT_EQ(other, "a.pem");
}

TEST_F(CredentialsTest, WithoutThemTheErrorSaysWhatTheUnitNeeds) {
  ::unsetenv("CREDENTIALS_DIRECTORY");
  auto map = StrictMap::from_text("\nkey: $CREDENTIALS_DIRECTORY/node.key\n", "a.yaml");
  std::filesystem::path key;
  map->path("key", key);
  const auto finished = map->finish();
  ASSERT_FALSE(finished);
  EXPECT_THAT(finished.error().message, HasSubstr("a.yaml:2: "));
  EXPECT_THAT(finished.error().message, HasSubstr("LoadCredential=node.key:FILE"));
}

TEST_F(CredentialsTest, ACredentialIsOneNameInItsFolder) {
  for (const auto* text :
       {"$CREDENTIALS_DIRECTORY", "$CREDENTIALS_DIRECTORY/", "$CREDENTIALS_DIRECTORY/..",
        "$CREDENTIALS_DIRECTORY/a/b", "$CREDENTIALS_DIRECTORYx"})
    EXPECT_FALSE(path_or_credential(text)) << text;
}

}  // namespace
}  // namespace muster::base
