#include "plugins/facts/ec2.hpp"

#include <netinet/in.h>
#include <sys/socket.h>

#include <chrono>
#include <nlohmann/json.hpp>

#include "tests/unit/facts/metadata_server.hpp"

namespace muster::facts {
namespace {

using ::testing::HasSubstr;

TEST(Ec2FactsTest, TreeBecomesNestedAndFlatFacts) {
  const MetadataServer server;
  server.put("instance-id", "i-0abc");
  server.put("placement/region", "eu-central-1");
  server.put("placement/availability-zone", "eu-central-1a\n");
  Ec2Facts ec2(server.url());
  const auto facts = ec2.collect();
  EXPECT_EQ(facts["ec2_metadata"]["placement"]["region"], "eu-central-1");
  EXPECT_EQ(facts["ec2_placement_region"], "eu-central-1");
  EXPECT_EQ(facts["ec2_placement_availability_zone"], "eu-central-1a");
  EXPECT_EQ(facts["ec2_instance_id"], "i-0abc");
}

TEST(Ec2FactsTest, CredentialsAreNoFacts) {
  const MetadataServer server;
  server.put("iam/info", "role");
  server.put("iam/security-credentials/role", "SECRET");
  server.put("identity-credentials/ec2/security-credentials/ec2-instance", "SECRET");
  Ec2Facts ec2(server.url());
  const auto facts = ec2.collect();
  EXPECT_EQ(facts["ec2_iam_info"], "role");
  EXPECT_THAT(facts.dump(), testing::Not(HasSubstr("SECRET")));
}

TEST(Ec2FactsTest, ServiceThatFailsLaterKeepsTheLastGoodFacts) {
  const MetadataServer server;
  server.put("placement/region", "eu-central-1");
  Ec2Facts ec2(server.url());
  EXPECT_EQ(ec2.collect()["ec2_placement_region"], "eu-central-1");
  server.break_down();
  EXPECT_EQ(ec2.collect()["ec2_placement_region"], "eu-central-1");
}

TEST(Ec2FactsTest, TooManyEntriesAreAnError) {
  const MetadataServer server;
  for (std::size_t i = 0; i <= kEc2RequestsMax; ++i) server.put("tags/t" + std::to_string(i), "x");
  const auto metadata = read_ec2_metadata(server.url());
  ASSERT_FALSE(metadata);
  // On a very slow machine the deadline may come first; either way it ends.
  EXPECT_TRUE(metadata.error().code == Errc::limit || metadata.error().code == Errc::timeout);
}

TEST(Ec2FactsTest, WithoutAUrlNothingIsAsked) {
  EXPECT_TRUE(Ec2Facts("").collect().empty());
}

// A listener that nobody accepts from: it takes the connection and says nothing.
TEST(Ec2FactsTest, AStoppedCollectionDoesNotWaitForASilentService) {
  const base::UniqueFd silent(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* plain = reinterpret_cast<sockaddr*>(&address);
  ASSERT_EQ(::bind(silent.get(), plain, size), 0);
  ASSERT_EQ(::listen(silent.get(), 8), 0);
  ASSERT_EQ(::getsockname(silent.get(), plain, &size), 0);
  Ec2Facts ec2("http://127.0.0.1:" + std::to_string(ntohs(address.sin_port)));
  ec2.stop();
  const auto started = std::chrono::steady_clock::now();
  EXPECT_TRUE(ec2.collect().empty());
  EXPECT_LT(std::chrono::steady_clock::now() - started, kEc2Patience / 2);
}

TEST(Ec2FactsTest, ALargeEntryIsRefused) {
  const MetadataServer server;
  server.put("user", std::string(kEc2AnswerMaxBytes + 1, 'x'));
  const auto metadata = read_ec2_metadata(server.url());
  ASSERT_FALSE(metadata);
  EXPECT_EQ(metadata.error().code, Errc::limit) << metadata.error().message;
}

// No name server is asked: on a machine without a network that takes seconds.
TEST(Ec2FactsTest, OnlyAnAddressIsAsked) {
  const auto metadata = read_ec2_metadata("http://localhost");
  ASSERT_FALSE(metadata);
  EXPECT_EQ(metadata.error().code, Errc::config);
}

TEST(Ec2FactsTest, WithoutAServiceThereAreNoFactsAndNoHarm) {
  Ec2Facts ec2("http://127.0.0.1:1");
  EXPECT_TRUE(ec2.collect().empty());
}

}  // namespace
}  // namespace muster::facts
