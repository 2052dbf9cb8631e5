// Measures a Mosquitto of Muster's configuration, with bare peers: what any fleet of that size costs at least.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "proto/base/result.hpp"
#include "tests/support/mosquitto/mosquitto.hpp"
#include "tests/swarm/figure.hpp"
#include "tests/swarm/floor/bare_peer.hpp"
#include "tests/swarm/keys/swarm_keys.hpp"

namespace muster::swarm {

struct FloorOptions {
  std::size_t nodes = 1'000;
  std::size_t rounds = 20;
  std::size_t call_bytes = 1'500;
  std::size_t reply_bytes = 1'500;
};

// Everything on the thread that calls it: peers and caller share one loop, beside the broker's process.
class Floor {
 public:
  explicit Floor(FloorOptions options);

  // Connects all; rounds of one call and its answers; then the broker is killed and started again. Errc::timeout when the
  // nodes do not come in `kPatience`.
  Result<std::vector<Figure>> measure();

 private:
  Status prepare();
  Status connect();
  Status rounds();
  Status comeback();
  bool all_are_ready() const;
  Status wait_for(const std::string& what, const std::function<bool()>& condition);
  std::string sized(const std::string& name) const;
  void figure(const std::string& name, double value, const std::string& unit);

  const FloorOptions options_;
  std::vector<Figure> figures_;
  test::TestPki pki_;
  std::unique_ptr<test::Mosquitto> broker_;
  base::SystemClock clock_;
  EpollLoop loop_{clock_};
  BareTalk talk_;
  std::unique_ptr<SwarmKeys> keys_;
  std::unique_ptr<SwarmLinks> links_;
  std::deque<BarePeer> peers_;
  std::unique_ptr<BareCaller> caller_;
};

}  // namespace muster::swarm
