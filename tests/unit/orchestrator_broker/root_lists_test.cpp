// The roots that a broker obeys, and their lists, in its folder.
#include "orchestrator/broker/root_lists.hpp"

#include <gtest/gtest.h>

#include "orchestrator/broker/capath.hpp"
#include "proto/base/files.hpp"
#include "tests/support/fakes/temp_folder.hpp"
#include "tests/support/pki/test_pki.hpp"

namespace muster::broker {
namespace {

class RootListsTest : public testing::Test {
 protected:
  RootListsTest() {
    for (const std::string kind : {"operators", "orchestrators"})
      EXPECT_TRUE(base::make_folder(folder_.roots(kind)));
    EXPECT_TRUE(base::make_folder(folder_.revoked()));
    EXPECT_TRUE(Capath(folder_.roots("operators")).add(first_.certificate()));
    lists_.load();
  }
  std::string file() const { return base::read_file(folder_.root_crls("operators")).value_or(""); }
  std::size_t roots() const { return Capath(folder_.roots("operators")).all().size(); }

  const fakes::TempFolder temp_;
  const BrokerFolder folder_{temp_ / "broker"};
  const base::SystemClock clock_;
  const test::TestCa first_{"Muster operator root"};
  const test::TestCa next_{"Muster operator root 2"};
  RootLists lists_{folder_, clock_};
};

TEST_F(RootListsTest, WhileARootIsRotatedBothHaveAList) {
  const auto of_first = first_.crl({.number = 2});
  const auto of_next = next_.crl({.number = 1});
  ASSERT_TRUE(lists_.take(of_first.der()));
  ASSERT_TRUE(lists_.follow(
      {.operators = {next_.certificate(), first_.certificate()}, .orchestrators = {}}));
  ASSERT_TRUE(lists_.take(of_next.der()));
  ASSERT_TRUE(lists_.write());
  EXPECT_EQ(roots(), 2U);
  EXPECT_NE(file().find(of_first.pem()), std::string::npos);
  EXPECT_NE(file().find(of_next.pem()), std::string::npos);
}

TEST_F(RootListsTest, AListThatComesBeforeItsRootWaitsForIt) {
  const auto of_next = next_.crl({.number = 1});
  EXPECT_FALSE(lists_.take(of_next.der())) << "told as not believed yet";
  ASSERT_TRUE(lists_.follow(
      {.operators = {first_.certificate(), next_.certificate()}, .orchestrators = {}}));
  ASSERT_TRUE(lists_.write());
  EXPECT_EQ(file(), of_next.pem());
}

TEST_F(RootListsTest, ARootThatGoesTakesItsListWithIt) {
  ASSERT_TRUE(lists_.take(first_.crl({.number = 2}).der()));
  ASSERT_TRUE(lists_.follow(
      {.operators = {first_.certificate(), next_.certificate()}, .orchestrators = {}}));
  const auto of_next = next_.crl({.number = 1});
  ASSERT_TRUE(lists_.take(of_next.der()));
  ASSERT_TRUE(lists_.follow({.operators = {next_.certificate()}, .orchestrators = {}}).value());
  ASSERT_TRUE(lists_.write());
  EXPECT_EQ(roots(), 1U);
  EXPECT_EQ(file(), of_next.pem());
}

TEST_F(RootListsTest, ARootIsReadyOnceItsListStandsInTheFile) {
  ASSERT_TRUE(lists_.take(first_.crl({.number = 2}).der()));
  ASSERT_TRUE(lists_.follow(
      {.operators = {first_.certificate(), next_.certificate()}, .orchestrators = {}}));
  EXPECT_TRUE(lists_.ready().empty()) << "nothing is written yet";
  ASSERT_TRUE(lists_.write());
  EXPECT_EQ(lists_.ready(), std::vector{first_.certificate().fingerprint()});
  ASSERT_TRUE(lists_.take(next_.crl({.number = 1}).der()));
  ASSERT_TRUE(lists_.write());
  EXPECT_EQ(lists_.ready().size(), 2U);
}

TEST_F(RootListsTest, ARestartReadsTheListsOfBoth) {
  ASSERT_TRUE(lists_.take(first_.crl({.number = 5}).der()));
  ASSERT_TRUE(lists_.follow(
      {.operators = {first_.certificate(), next_.certificate()}, .orchestrators = {}}));
  ASSERT_TRUE(lists_.take(next_.crl({.number = 7}).der()));
  ASSERT_TRUE(lists_.write());
  RootLists again(folder_, clock_);
  again.load();
  EXPECT_FALSE(again.take(first_.crl({.number = 4}).der())) << "numbers never go back";
  EXPECT_FALSE(again.take(next_.crl({.number = 6}).der()));
  EXPECT_FALSE(again.write().value());
}

TEST_F(RootListsTest, NobodyToldOfRootsChangesNothing) {
  EXPECT_FALSE(lists_.follow({}).value());
  EXPECT_EQ(roots(), 1U);
}

}  // namespace
}  // namespace muster::broker
