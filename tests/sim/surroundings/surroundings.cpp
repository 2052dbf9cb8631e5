#include "tests/sim/surroundings/surroundings.hpp"

#include <stdexcept>

namespace muster::sim {

std::unique_ptr<Anchors> commanding(const Surroundings& around, const Site& site) {
  auto anchors = around.crypto.anchors(around.loop.clock());
  if (!anchors->add(site.operator_root, security::Root::operators) ||
      !anchors->add(site.orchestrator_root, security::Root::orchestrators))
    throw std::logic_error("the site's roots are no CAs");
  return anchors;
}

}  // namespace muster::sim
