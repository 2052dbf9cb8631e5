// What everybody in a simulation shares, and what a site gives its machines.
#pragma once

#include <functional>
#include <string>

#include "orchestrator/provision/joiner.hpp"
#include "tests/sim/broker/broker_model.hpp"
#include "tests/sim/broker/pipe.hpp"
#include "tests/sim/crypto/crypto.hpp"
#include "tests/sim/puppet/puppet_ca.hpp"
#include "tests/sim/surroundings/sim_token.hpp"
#include "tests/sim/surroundings/trace.hpp"
#include "tests/support/virtual_loop/virtual_loop.hpp"

namespace muster::sim {

struct Surroundings {
  fakes::VirtualLoop& loop;
  BrokerModel& broker;
  const Weather& weather;
  Crypto& crypto;
  PuppetServers& servers;
  Trace& trace;
  // Called after an orchestrator has begun to have one node more with a master; may be empty.
  std::function<void(const std::string& orchestrator, const std::string& master)> enlisted = {};
  // Called when an orchestrator lets a machine in; may be empty.
  std::function<void(const std::string& orchestrator, const provision::Joiner& joiner)> admitted =
      {};
};

// The roots that everybody obeys, and the token that machines join with.
struct Site {
  x509::Certificate operator_root;
  x509::Certificate orchestrator_root;
  SimToken token;
  std::string collective = "main";
};

// What a program that knows the site's roots believes of those who command. The clock must outlive it.
std::unique_ptr<Anchors> commanding(const Surroundings& around, const Site& site);

}  // namespace muster::sim
