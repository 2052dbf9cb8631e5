#include "plugins/agents/puppetca/signed_requests.hpp"

#include <gtest/gtest.h>

#include "proto/base/put_aside.hpp"
#include "tests/support/fakes/damages.hpp"
#include "tests/support/fakes/temp_folder.hpp"

namespace muster::plugins::puppetca {
namespace {

TEST(SignedRequestsTest, RemembersOverARestart) {
  const fakes::TempFolder folder;
  ASSERT_TRUE(SignedRequests(folder / "signed.json").remember("request", "certificate"));
  const SignedRequests after(folder / "signed.json");
  EXPECT_TRUE(after.matches("request", "certificate"));
  EXPECT_FALSE(after.matches("request", "another"));
  EXPECT_FALSE(after.matches("another", "certificate"));
}

TEST(SignedRequestsTest, KeepsTheLatestOnly) {
  const fakes::TempFolder folder;
  auto text = std::string("[");
  for (std::size_t i = 0; i < kSignedRequestsKept; ++i)
    text += (i == 0 ? "" : ",") + std::string(R"(["r)") + std::to_string(i) + R"(","c"])";
  folder.write("signed.json", text + "]");
  SignedRequests requests(folder / "signed.json");
  EXPECT_TRUE(requests.matches("r0", "c"));
  ASSERT_TRUE(requests.remember("new", "c"));
  EXPECT_FALSE(requests.matches("r0", "c"));
  EXPECT_TRUE(requests.matches("r1", "c"));
}

TEST(SignedRequestsTest, ADamagedFileBeginsAnew) {
  const fakes::TempFolder folder;
  const auto damages = fakes::damages_of(R"([["request","certificate"]])");
  for (const auto& damage : damages) {
    SCOPED_TRACE(damage.how);
    folder.write("signed.json", damage.content);
    SignedRequests requests(folder / "signed.json");
    EXPECT_FALSE(requests.matches("request", "certificate"));
    EXPECT_TRUE(requests.remember("request", "certificate"));
  }
  EXPECT_EQ(base::put_aside_since(folder.path(), 0).size(), damages.size());
}

}  // namespace
}  // namespace muster::plugins::puppetca
