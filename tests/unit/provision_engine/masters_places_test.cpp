// How many nodes a master may have of ours.
#include "tests/unit/provision_engine/masters_lab.hpp"

namespace muster::provision {
namespace {

using namespace std::chrono_literals;
using client::must;
using testing::IsEmpty;

class MastersPlacesTest : public MastersLab {};

TEST_F(MastersPlacesTest, AMasterThatLendsFewerPlacesIsFullWithThem) {
  endorse(lab_.pki().puppet_ca(), "m1");
  Claimant master(lab_, "m1", lab_.pki().puppet_ca());
  master.lends(2);
  EXPECT_TRUE(candidates().at(0).healthy);
  EXPECT_TRUE(masters().enlist("m1"));
  EXPECT_TRUE(masters().enlist("m1"));
  EXPECT_FALSE(masters().enlist("m1"));
  const auto full = candidates().at(0);
  EXPECT_TRUE(full.is_full);
  EXPECT_THAT(full.ill_because, testing::HasSubstr("other orchestrators have nodes there"));
}

TEST_F(MastersPlacesTest, AMasterIsToldWhatItHasOfOursAndWhetherMoreMayCome) {
  kept_ = 0ms;
  endorse(lab_.pki().puppet_ca(), "m1");
  Claimant master(lab_, "m1", lab_.pki().puppet_ca());
  masters();
  const auto keep = [this] {
    must(thread_.wait_for<Status>([this] { return masters_->keep_places(); }));
  };
  keep();
  EXPECT_THAT(master.told(), IsEmpty()) << "it has none of ours";
  ASSERT_TRUE(masters().enlist("m1"));
  keep();
  auto told = master.told().back();
  EXPECT_GT(told.at("asked_at_ms"), 0);
  told.erase("asked_at_ms");
  EXPECT_EQ(told, (Value{{"in_flight", {{"m1", 1}}}, {"more", false}, {"most", 20}}));
  candidates();
  EXPECT_EQ(master.told().back().at("more"), true);
}

}  // namespace
}  // namespace muster::provision
