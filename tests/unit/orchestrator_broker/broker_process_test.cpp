#include "orchestrator/broker/broker_process.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include "tests/support/fakes/temp_folder.hpp"

namespace muster::broker {
namespace {

// With a real Mosquitto: tests/integration/transport/revocation_test.cpp.
TEST(BrokerProcessTest, NobodyButAMosquittoIsSignalled) {
  const fakes::TempFolder folder;
  const auto file = folder.write("pid", std::to_string(::getpid()) + "\n");
  const auto refused = reload_broker(file);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::refused) << refused.error().message;
}

TEST(BrokerProcessTest, ABrokerThatDoesNotRunIsNotFound) {
  const fakes::TempFolder folder;
  EXPECT_EQ(reload_broker(folder / "none").error().code, Errc::not_found);
  EXPECT_EQ(reload_broker(folder.write("pid", "4194304\n")).error().code, Errc::not_found);
  for (const auto* text : {"", "x", "-1", "0", "1"})
    EXPECT_EQ(reload_broker(folder.write("pid", text)).error().code, Errc::invalid_data) << text;
}

}  // namespace
}  // namespace muster::broker
