// puppetca: the certificate authority of a Puppet master. A node that runs this agent is a master.
#pragma once

#include <chrono>

#include "plugins/agents/puppetca/ca_api.hpp"
#include "plugins/agents/puppetca/places.hpp"
#include "plugins/agents/puppetca/signed_requests.hpp"
#include "plugins/api/described.hpp"
#include "plugins/api/node.hpp"

namespace muster::plugins::puppetca {

inline constexpr std::int64_t kSignWaitMaxSeconds = 100;
inline constexpr std::size_t kListMost = 5000;  // in one reply; a message holds 1 MiB

class PuppetcaAgent final : public DescribedAgent {
 public:
  PuppetcaAgent(ddl::Lazy<ddl::Agent> ddl, Node& node)
      : DescribedAgent(std::move(ddl)),
        node_(node),
        signed_(node.state_folder() / "signed_requests.json") {}

  // A CA's certificate is in cadir.
  bool active() const override;
  ActionReply handle(const ActionRequest& request) override;

 private:
  Result<Value> list(CaApi& ca, const Value& data);
  Result<Value> status(CaApi& ca, const Value& data);
  Result<Value> sign(CaApi& ca, const ActionRequest& request);
  Result<Value> clean(CaApi& ca, const plugins::ActionRequest& request,
                      std::chrono::steady_clock::time_point deadline);
  Result<Value> audit();
  Result<Value> issued(const Value& data);
  Result<Value> revoke_lost(CaApi& ca, const Value& data,
                            std::chrono::steady_clock::time_point deadline);
  Value health(CaApi& ca, const ActionRequest& request);
  std::size_t lend_places(const ActionRequest& request);
  Status ca_works(CaApi& ca) const;
  Status refuse_own(const std::string& certname) const;

  Node& node_;
  SignedRequests signed_;
  Places places_;
  http::ClientPool clients_;
};

}  // namespace muster::plugins::puppetca
