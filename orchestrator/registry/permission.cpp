#include "orchestrator/registry/permission.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "orchestrator/client/registration.hpp"
#include "proto/envelope/envelope.hpp"
#include "proto/filter/text.hpp"
#include "proto/messages/registration.hpp"
#include "proto/messages/registry.hpp"
#include "proto/policy/choice.hpp"

namespace muster::registry {
namespace {

constexpr std::string_view kPolicyAgent = "facts";
constexpr std::string_view kPolicyAction = "registry";

}  // namespace

Permission::Permission(const Answering& context, const messages::RegistryRequest& request,
                       security::Role role)
    : context_(context),
      request_(request),
      id_("cert=" + request.caller),
      role_(role),
      each_node_(context.policies.depends_on_node(kPolicyAgent)),
      limits_(!request.confirmed && context.policies.limits_nodes(kPolicyAgent)) {
  // How many it is going to name is known once they are counted: few_enough().
  scope_.confirmed = true;
  scope_.filtered = filter::chooses_nodes(request.filter);
  scope_.everybody = [&request] { return policy::matches_everybody(request.filter); };
}

policy::Decision Permission::decide(const Value& facts,
                                    const std::vector<std::string>& classes) const {
  policy::Question question{{id_, role_}, kPolicyAction, &facts, &classes};
  question.scope = scope_;
  question.now_ms = context_.clock.unix_ms();
  return context_.policies.decide(kPolicyAgent, question);
}

Status Permission::ask() const {
  if (each_node_) return {};
  const auto decision = decide(Value::object(), {});
  if (decision.allowed) return {};
  return refuse(decision.decided_by);
}

policy::Decision Permission::judge(const Stored& stored) const {
  if (!each_node_) return decide(Value::object(), {});
  auto sent = messages::Registration::decode(stored.body);
  if (!sent) return {};
  const auto known = client::registered_from(*std::move(sent));
  // A line that depends on what the node could not send would be judged wrongly.
  if (!known || known->left_out_bytes > 0 || known->node.left_out_classes > 0) return {};
  return decide(known->node.facts, known->node.classes);
}

bool Permission::hear(const Stored& stored) const {
  return !each_node_ || judge(stored).allowed;
}

Result<std::uint64_t> Permission::count() const {
  std::uint64_t count = 0;
  MUSTER_TRY(each([&](const Stored& stored) { count += hear(stored) ? 1 : 0; }));
  return count;
}

Status Permission::few_enough(const std::function<bool(const Stored&)>& named) const {
  if (!limits_) return {};
  std::size_t count = 0;
  policy::Decision strictest;
  MUSTER_TRY(each([&](const Stored& stored) {
    if (!named(stored)) return;
    auto decision = judge(stored);
    if (!decision.allowed) return;
    ++count;
    if (decision.max_nodes == 0) return;
    if (strictest.max_nodes == 0 || decision.max_nodes < strictest.max_nodes)
      strictest = std::move(decision);
  }));
  if (strictest.max_nodes == 0 || count <= static_cast<std::size_t>(strictest.max_nodes)) return {};
  return refuse(fmt::format("{}: {}", strictest.decided_by,
                            policy::too_many_nodes(count, strictest.max_nodes)));
}

Status Permission::each(const std::function<void(const Stored&)>& visit) const {
  return context_.store.each(request_.collective, "", std::chrono::seconds(request_.max_age_s),
                             [&](const Stored& stored) {
                               visit(stored);
                               return true;
                             });
}

Status Permission::refuse(const std::string& why) const {
  return fail(Errc::refused, fmt::format("{} is not allowed to ask the registry of {} ({})",
                                         request_.caller, context_.signer.name(), why));
}

}  // namespace muster::registry
