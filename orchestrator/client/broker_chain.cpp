#include "orchestrator/client/broker_chain.hpp"

#include "proto/transport/mqtt/broker_certificates.hpp"

namespace muster::client {

Result<std::vector<x509::Certificate>> broker_chain(const std::string& broker) {
  MUSTER_ASSIGN(const auto shown, transport::mqtt::broker_certificates(broker));
  std::vector<x509::Certificate> chain;
  for (const auto& der : shown) {
    MUSTER_ASSIGN(auto certificate, x509::Certificate::from_der(der));
    chain.push_back(std::move(certificate));
  }
  return chain;
}

}  // namespace muster::client
