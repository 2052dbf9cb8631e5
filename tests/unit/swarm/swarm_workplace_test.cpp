#include "tests/swarm/node/swarm_workplace.hpp"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "tests/support/fakes/temp_folder.hpp"
#include "tests/swarm/ca/folder_ca.hpp"

namespace muster::swarm {
namespace {

// A node of a swarm whose process may be killed between any two calls.
class SwarmWorkplaceTest : public testing::Test {
 protected:
  struct Life {
    NodeKeys keys;
    std::unique_ptr<SwarmWorkplace> place;
  };
  SwarmWorkplaceTest() {
    for (const auto* name : {"m1", "m2"}) {
      test::TestCa(std::string("Puppet CA: ") + name).holder().write(folder_ / name, "ca");
      owned_.push_back(std::make_unique<FolderCa>(folder_ / name));
      cas_[name] = owned_.back().get();
    }
  }
  std::unique_ptr<Life> begin() {
    auto life = std::make_unique<Life>();
    life->keys = disk_.keys().value();
    life->place =
        std::make_unique<SwarmWorkplace>(name_, life->keys, cas_, &disk_, [this] { ++finished_; });
    EXPECT_TRUE(life->place->open());
    return life;
  }
  static Value host(const std::string& master) { return {{"names", {"puppet", master}}}; }

  const fakes::TempFolder folder_;
  const std::string name_ = "node00001.swarm.example";
  const NodeFolder disk_{folder_ / "node"};
  std::vector<std::unique_ptr<FolderCa>> owned_;
  CasOfMasters cas_;
  int finished_ = 0;
};

TEST_F(SwarmWorkplaceTest, ARequestIsTheSameOneInTheNextLifeAndGoesToTheMasterThatWasTold) {
  EXPECT_TRUE(begin()->place->set_puppet_host(host("m2")));
  const auto first = begin()->place->request_certificate().value().at("fingerprint");
  const auto second = begin()->place->request_certificate().value().at("fingerprint");
  EXPECT_EQ(first, second);
  EXPECT_EQ(owned_[0]->clean(name_).was, "absent");
  EXPECT_TRUE(owned_[1]->sign(name_, first.get<std::string>()).value());
  EXPECT_TRUE(begin()->place->fetch_certificate({}));
  const auto life = begin();
  EXPECT_TRUE(life->place->has_certificate());
  EXPECT_THAT(life->place->certificate_issuer(), testing::HasSubstr("Puppet CA: m2"));
}

TEST_F(SwarmWorkplaceTest, OfSeveralMastersOneMustHaveBeenTold) {
  EXPECT_EQ(begin()->place->request_certificate().error().code, Errc::not_found);
}

TEST_F(SwarmWorkplaceTest, ProgressIsThatOfTheLifeBefore) {
  EXPECT_EQ(begin()->place->progress(), nullptr);
  played::Workplace::Progress progress;
  progress.state = plugins::provision::State::finished;
  progress.fence = 7;
  EXPECT_TRUE(begin()->place->save(progress));
  EXPECT_EQ(finished_, 0);
  const auto life = begin();
  ASSERT_NE(life->place->progress(), nullptr);
  EXPECT_EQ(life->place->progress()->fence, 7);
  EXPECT_EQ(finished_, 1) << "it counts as provisioned from the start";
}

}  // namespace
}  // namespace muster::swarm
