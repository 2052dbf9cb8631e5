#include "orchestrator/provision/run/master_place.hpp"

#include <gtest/gtest.h>

#include "tests/unit/provision_engine/fake_world.hpp"

namespace muster::provision {
namespace {

TEST(MasterPlaceTest, ItIsGivenBackWhenItGoes) {
  FakeWorld world;
  {
    MasterPlace place(world);
    ASSERT_TRUE(place.take("m-de"));
    ASSERT_TRUE(place.take("m-de"));
    EXPECT_EQ(world.enlisted["m-de"], 1);
  }
  EXPECT_EQ(world.places_taken(), 0);
}

TEST(MasterPlaceTest, AnotherIsTakenInExchangeAndKeptWhenThereIsNone) {
  FakeWorld world;
  MasterPlace place(world);
  ASSERT_TRUE(place.take("m-de"));
  ASSERT_TRUE(place.take("m-us"));
  EXPECT_EQ(world.enlisted["m-de"], 0);
  EXPECT_FALSE(place.take("m-gone"));
  EXPECT_EQ(world.enlisted["m-us"], 1);
}

}  // namespace
}  // namespace muster::provision
