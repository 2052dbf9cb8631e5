#include "node-agent/daemon/courier.hpp"

#include <filesystem>

#include "node-agent/daemon/bus_options.hpp"
#include "node-agent/daemon/node_signer.hpp"
#include "node-agent/revocation/own_crl.hpp"
#include "proto/base/encoding.hpp"
#include "proto/security/client_id.hpp"
#include "proto/transport/mqtt/mqtt_bus.hpp"

namespace muster::agent {
namespace {

Result<std::unique_ptr<transport::Bus>> connect_courier(const AgentConfig& config,
                                                        const BusSettings& bus,
                                                        const security::Signer& signer) {
  // A token's key makes no client id: nobody can guess a random one either.
  auto client_id =
      security::client_id(signer.key(), "crl " + signer.name()).value_or(base::random_id());
  MUSTER_ASSIGN(const auto options,
                courier_options(config, bus, signer.name(), std::move(client_id)));
  return transport::mqtt::connect(options, {});
}

}  // namespace

std::unique_ptr<CrlCourier> crl_courier(const AgentConfig& config, const BusSettings& bus,
                                        const std::string& identity, const base::Clock& clock) {
  std::error_code ignored;
  if (!std::filesystem::exists(config.puppet.cadir / kOwnCaFile, ignored)) return nullptr;
  CrlCourier::Ways ways;
  ways.collective = bus.collectives.front();
  ways.cadir = config.puppet.cadir;
  ways.signer = [&config, &identity] {
    return node_signer(config.puppet, identity, base::SystemClock().unix_ms());
  };
  ways.connect = [&config, &bus](const security::Signer& signer) {
    return connect_courier(config, bus, signer);
  };
  return std::make_unique<CrlCourier>(std::move(ways), clock);
}

}  // namespace muster::agent
