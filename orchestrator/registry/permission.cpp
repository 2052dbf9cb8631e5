#include "orchestrator/registry/permission.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "orchestrator/client/registration.hpp"
#include "proto/envelope/envelope.hpp"
#include "proto/filter/text.hpp"
#include "proto/policy/choice.hpp"

namespace muster::registry {
namespace {

constexpr std::string_view kPolicyAgent = "facts";
constexpr std::string_view kPolicyAction = "registry";

}  // namespace

Permission::Permission(const Answering& context, const v1::RegistryRequest& request,
                       security::Role role)
    : context_(context),
      request_(request),
      id_("cert=" + request.caller()),
      role_(role),
      each_node_(context.policies.depends_on_node(kPolicyAgent)) {
  scope_.filtered = filter::chooses_nodes(request.filter());
  scope_.everybody = [&request] {
    return policy::matches_everybody(filter::from_wire(request.filter()));
  };
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
  return fail(Errc::refused,
              fmt::format("{} is not allowed to ask the registry of {} ({})", request_.caller(),
                          context_.signer.name(), decision.decided_by));
}

bool Permission::hear(const Stored& stored) const {
  const auto wire = envelope::unpack<v1::Registration>(stored.body, "a registration");
  if (!wire) return false;
  const auto known = client::from_wire(*wire);
  // A line that depends on what the node could not send would be judged wrongly.
  if (!known || known->left_out_bytes > 0 || known->node.left_out_classes > 0) return false;
  return decide(known->node.facts, known->node.classes).allowed;
}

Result<std::uint64_t> Permission::count() const {
  std::uint64_t count = 0;
  MUSTER_TRY(context_.store.each(request_.collective(), "",
                                 std::chrono::seconds(request_.max_age_s()),
                                 [&](const Stored& stored) {
                                   count += hear(stored) ? 1 : 0;
                                   return true;
                                 }));
  return count;
}

}  // namespace muster::registry
