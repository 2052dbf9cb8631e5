#include "tests/sim/client/sim_client_link.hpp"

#include <stdexcept>
#include <utility>

#include "tests/sim/client/sim_driver.hpp"

namespace muster::sim {

SimClientLink::SimClientLink(Surroundings& around, const Site& site, const std::string& name,
                             const Holder& holder, const std::vector<x509::Certificate>& cas,
                             transport::Bus::LinkHandler on_link)
    : LinkCore(std::make_unique<SimBus>(around, name + "-" + around.loop.id()), name,
               site.collective, around.loop.clock(), std::make_unique<SimDriver>(around.loop)),
      sim_bus_(static_cast<SimBus&>(bus())),
      sealer_(sealer_of(around.crypto, holder)),
      operators_(commanding(around, site)),
      nodes_(around.crypto.anchors(around.loop.clock())) {
  for (const auto& ca : cas)
    if (!nodes_->add(ca, security::Root::puppet))
      throw std::logic_error("a Puppet CA's certificate is none");
  sim_bus_.on_link([this, told = std::move(on_link)](auto state, const auto& why) {
    hear(state);
    if (told) told(state, why);
  });
}

SimClientLink::~SimClientLink() {
  close();
}

Status SimClientLink::wait_trust(std::chrono::milliseconds) {
  return fail(Errc::unavailable, "a simulated site tells nothing of trust on its bus");
}

}  // namespace muster::sim
