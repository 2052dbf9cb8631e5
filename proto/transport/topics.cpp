#include "proto/transport/topics.hpp"

#include <fmt/format.h>

namespace muster::transport::topics {

std::string request_to_agent(std::string_view collective, std::string_view agent,
                             std::string_view caller) {
  return fmt::format("muster/v1/{}/req/agent/{}/{}", collective, agent, caller);
}
std::string request_to_node(std::string_view collective, std::string_view identity,
                            std::string_view caller) {
  return fmt::format("muster/v1/{}/req/node/{}/{}", collective, identity, caller);
}
std::string reply_prefix(std::string_view collective, std::string_view caller,
                         std::string_view session) {
  return fmt::format("muster/v1/{}/rep/{}/{}", collective, caller, session);
}
std::string presence(std::string_view collective, std::string_view identity) {
  return fmt::format("muster/v1/{}/presence/{}", collective, identity);
}
std::string event(std::string_view collective, std::string_view type, std::string_view identity) {
  return fmt::format("muster/v1/{}/event/{}/{}", collective, type, identity);
}
std::string registration(std::string_view collective, std::string_view identity) {
  return fmt::format("muster/v1/{}/registration/{}", collective, identity);
}
std::string registry_request(std::string_view collective, std::string_view caller) {
  return fmt::format("muster/v1/{}/req/registry/{}", collective, caller);
}
std::string control_request(std::string_view collective, std::string_view caller) {
  return fmt::format("muster/v1/{}/req/orchestrators/{}", collective, caller);
}
std::string control_request_to(std::string_view collective, std::string_view orchestrator,
                               std::string_view caller) {
  return fmt::format("muster/v1/{}/req/orchestrator/{}/{}", collective, orchestrator, caller);
}
std::string trusted_ca(std::string_view collective, std::string_view fingerprint) {
  return fmt::format("muster/v1/{}/trust/ca/{}", collective, fingerprint);
}
std::string token_use(std::string_view collective, std::string_view token_id,
                      std::string_view identity, std::string_view subject) {
  return fmt::format("muster/v1/{}/trust/use/{}/{}/{}", collective, token_id, identity, subject);
}
std::string token_revocation(std::string_view collective, std::string_view token_id) {
  return fmt::format("muster/v1/{}/trust/revoked-token/{}", collective, token_id);
}
std::string revocation_piece(std::string_view collective, std::string_view master,
                             std::string_view index) {
  return fmt::format("muster/v1/{}/trust/crl/{}/{}", collective, master, index);
}
std::string revocations(std::string_view collective, std::string_view root_fingerprint) {
  return fmt::format("muster/v1/{}/trust/revoked/{}", collective, root_fingerprint);
}
std::string ban(std::string_view collective, std::string_view identity) {
  return fmt::format("muster/v1/{}/trust/banned/{}", collective, identity);
}
std::string root_statement(std::string_view collective, std::string_view root,
                           std::string_view number) {
  return fmt::format("muster/v1/{}/trust/root/{}/{}", collective, root, number);
}
std::string provision_record(std::string_view collective, std::string_view identity) {
  return fmt::format("muster/v1/{}/provision/{}", collective, identity);
}
std::string debt(std::string_view collective, std::string_view master, std::string_view certname) {
  return fmt::format("muster/v1/{}/debt/{}/{}", collective, master, certname);
}
std::string workflow(std::string_view collective, std::string_view hash) {
  return fmt::format("muster/v1/{}/workflow/{}", collective, hash);
}
std::string roll_call(std::string_view collective, std::string_view orchestrator) {
  return fmt::format("muster/v1/{}/roll/call/{}", collective, orchestrator);
}
std::string roll_answer(std::string_view collective, std::string_view watcher) {
  return fmt::format("muster/v1/{}/roll/answer/{}", collective, watcher);
}

std::string join_announce(std::string_view client_id) {
  return fmt::format("muster/v1/join/{}/announce", client_id);
}
std::string join_down(std::string_view client_id) {
  return fmt::format("muster/v1/join/{}/down", client_id);
}
std::string join_up(std::string_view client_id) {
  return fmt::format("muster/v1/join/{}/up", client_id);
}

std::string_view last_level(std::string_view topic) {
  const auto slash = topic.rfind('/');
  return slash == std::string_view::npos ? topic : topic.substr(slash + 1);
}

std::string_view writer(std::string_view topic) {
  constexpr std::size_t kZoneLevel = 2;
  constexpr std::size_t kClientLevel = 3;
  if (level(topic, kZoneLevel) == std::string_view("join"))
    return level(topic, kClientLevel).value_or("");
  if (const auto kind = trust_kind(topic); kind == "use") return kind;
  return last_level(topic);
}

std::string_view trust_kind(std::string_view topic) {
  constexpr std::size_t kTrustLevel = 3;  // of muster/v1/<c>/trust/<kind>/…
  if (level(topic, kTrustLevel) != std::string_view("trust")) return {};
  return level(topic, kTrustLevel + 1).value_or(std::string_view());
}
std::optional<std::string_view> level(std::string_view topic, std::size_t index) {
  for (; index > 0; --index) {
    const auto slash = topic.find('/');
    if (slash == std::string_view::npos) return std::nullopt;
    topic.remove_prefix(slash + 1);
  }
  return topic.substr(0, topic.find('/'));
}

}  // namespace muster::transport::topics
