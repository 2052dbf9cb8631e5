#include "node-agent/daemon/bus_options.hpp"
#include "node-agent/daemon/member_session.hpp"
#include "node-agent/daemon/node_agent.hpp"
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

void NodeAgent::deliver_revocations(bool again) {
  if (courier_ && again) courier_->deliver_again();
  std::error_code ignored;
  if (courier_ || !std::filesystem::exists(config_.puppet.cadir / kOwnCaFile, ignored)) return;
  CrlCourier::Ways ways;
  ways.collective = bus_.collectives.front();
  ways.cadir = config_.puppet.cadir;
  ways.signer = [this] {
    return node_signer(config_.puppet, identity_, base::SystemClock().unix_ms());
  };
  ways.connect = [this](const security::Signer& signer) {
    return connect_courier(config_, bus_, signer);
  };
  courier_ = std::make_unique<CrlCourier>(std::move(ways), clock_);
}

}  // namespace muster::agent
