#include "node-agent/daemon/bus_options.hpp"

#include <utility>

#include "proto/base/endpoint.hpp"
#include "proto/transport/topics.hpp"

namespace muster::agent {
namespace {

namespace topics = transport::topics;
using transport::mqtt::LastWill;
using transport::mqtt::Version;

}  // namespace

transport::mqtt::Options member_options(const AgentConfig& config, const BusSettings& bus,
                                        const std::string& identity, std::string client_id) {
  transport::mqtt::Options options;
  options.brokers = bus.node_brokers;
  options.client_id = std::move(client_id);
  options.version = config.mqtt_version == "5"       ? Version::v5
                    : config.mqtt_version == "3.1.1" ? Version::v311
                                                     : Version::automatic;
  options.ca_file = bus.operator_root_file;
  options.certificate_file = config.puppet.certificate_of(identity);
  options.key_file = config.puppet.private_key_of(identity);
  // An empty retained message: whoever looks after us finds nobody.
  options.will = LastWill{topics::presence(bus.collectives.front(), identity), ""};
  return options;
}

Result<transport::mqtt::Options> courier_options(const AgentConfig& config, const BusSettings& bus,
                                                 const std::string& identity,
                                                 std::string client_id) {
  auto options = member_options(config, bus, identity, std::move(client_id));
  options.will.reset();
  for (auto& broker : options.brokers) {
    MUSTER_ASSIGN(auto endpoint, base::parse_endpoint(broker));
    endpoint.port = static_cast<std::uint16_t>(config.masters_port);
    broker = endpoint.text();
  }
  return options;
}

transport::mqtt::Options join_options(const BusSettings& bus, const JoinIdentity& join) {
  transport::mqtt::Options options;
  options.brokers = bus.token->join_brokers;
  options.client_id = join.client_id;
  options.ca_file = bus.operator_root_file;
  options.user = bus.token->join_user;
  options.password = bus.token->join_password;
  options.will = LastWill{topics::join_announce(join.client_id), ""};
  return options;
}

}  // namespace muster::agent
