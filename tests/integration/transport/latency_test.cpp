#include <thread>

#include "tests/integration/transport/client.hpp"
#include "tests/support/mosquitto/mosquitto.hpp"

namespace muster::test {
namespace {

const std::string kOwn = "muster/v1/main/rep/alice/s/x";

// Paho waits 100 ms after each second of silence; proto/transport/mqtt/paho_waits takes that away.
TEST(LatencyTest, AMessageAfterSilenceIsAsFastAsAnyOther) {
  const TestPki pki;
  const Mosquitto mosquitto(pki);
  Client op(mosquitto.as_operator());
  ASSERT_TRUE(op.listen(kOwn));
  std::vector<double> times_ms;
  for (int i = 0; i < 5; ++i) {
    // Not to synchronise: the silence is what is tested.
    std::this_thread::sleep_for(std::chrono::milliseconds(1'030));
    const auto before = std::chrono::steady_clock::now();
    ASSERT_TRUE(op->publish(kOwn, std::to_string(i), {}));
    while (!op.has_heard(kOwn, std::to_string(i))) std::this_thread::yield();
    times_ms.push_back(
        std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - before)
            .count());
  }
  // With the wait each of the five takes 50 ms or more.
  std::sort(times_ms.begin(), times_ms.end());
  EXPECT_LT(times_ms[2], 30.0);
}

}  // namespace
}  // namespace muster::test
