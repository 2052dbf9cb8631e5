// What a registry answers to a question that came over the bus.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "orchestrator/registry/registry_store.hpp"
#include "proto/base/clock.hpp"
#include "proto/base/result.hpp"
#include "proto/policy/policy_store.hpp"
#include "proto/security/signer.hpp"
#include "proto/security/trust.hpp"

namespace muster::client {
class Fleet;
}

namespace muster::registry {

class Signatures;

inline constexpr std::uint32_t kQuestionTtlMaxS = 600;       // as of requests
inline constexpr std::int64_t kQuestionAheadMaxMs = 30'000;  // of our clock

struct Answering {
  RegistryStore& store;
  const security::Signer& signer;  // an orchestrator's
  const security::Trust& operators;
  const base::Clock& clock;
  const std::vector<std::string>& collectives;  // whose questions are answered
  // The orchestrator's own: the policy of `facts` says with the action `registry` who may hear of
  // which node, judged with the facts and classes that it registered. Nodes that the caller may not
  // hear of are neither told nor counted.
  const policy::PolicyStore& policies;
  // Nodes that are told to nobody: the banned ones. Empty: there are none.
  std::function<bool(const std::string& identity)> left_out = {};
  // For snapshots, of one collective: what its nodes registered, and who of them is on the bus, with an index. Null: no
  // snapshots are given.
  std::string home = {};
  const Signatures* signatures = nullptr;
  const client::Fleet* fleet = nullptr;
  // Whether nodes of that Puppet CA (its fingerprint) are believed now; its nodes leave snapshots with it. Empty: all are.
  std::function<bool(const std::string& ca_fingerprint)> trusts = {};
};

struct SealedAnswer {
  std::string topic;
  std::string payload;
  std::uint32_t ttl_s = 0;
};

// Nothing when the question is for another orchestrator. Errc::refused or invalid_data for one that
// gets no answer, as it cannot be believed; whatever is wrong with a believed one is answered.
Result<std::optional<SealedAnswer>> answer(const Answering& context, std::string_view topic,
                                           std::string_view payload);

}  // namespace muster::registry
