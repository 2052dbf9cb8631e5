#include "plugins/facts/ec2.hpp"

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
  const auto parsed = parse_server(server.url());
  ASSERT_TRUE(parsed);
  const auto metadata = read_ec2_metadata(*parsed);
  ASSERT_FALSE(metadata);
  // On a very slow machine the deadline may come first; either way it ends.
  EXPECT_TRUE(metadata.error().code == Errc::limit || metadata.error().code == Errc::timeout);
}

TEST(Ec2FactsTest, WithoutAUrlNothingIsAsked) {
  EXPECT_TRUE(Ec2Facts("").collect().empty());
}

TEST(Ec2FactsTest, WithoutAServiceThereAreNoFactsAndNoHarm) {
  Ec2Facts ec2("http://127.0.0.1:1");
  EXPECT_TRUE(ec2.collect().empty());
}

}  // namespace
}  // namespace muster::facts
