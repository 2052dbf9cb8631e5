#include "orchestrator/control/root_push.hpp"

#include <nlohmann/json.hpp>

#include "orchestrator/client/link.hpp"
#include "orchestrator/client/sign_anew.hpp"
#include "proto/base/encoding.hpp"
#include "proto/base/log.hpp"
#include "proto/transport/topics.hpp"

namespace muster::control {
namespace {

// Judged before anything is done; what was taken already may be told again.
Status check_statement(const client::Link& link, const security::RootStatement& statement) {
  if (link.roots() == nullptr) return fail(Errc::aborted, "nothing is learnt about roots here");
  const auto state = link.roots()->state(statement.root);
  if (statement.number == state.number && state.has(statement.new_root)) return {};
  const auto after = security::follow(state, statement);
  if (!after) return fail(after.error());
  return {};
}

}  // namespace

Result<Value> push_root(client::Link& link, const std::string& statement) {
  MUSTER_ASSIGN(auto message, base::from_base64url(statement));
  MUSTER_ASSIGN(const auto said, security::read_root_statement(message));
  MUSTER_TRY(check_statement(link, said));
  if (said.finished && said.root == security::Root::orchestrators) {
    MUSTER_ASSIGN(const auto count, client::sign_retained_anew(link, said.new_root));
    log::info("what the old root's orchestrators retained was signed anew",
              {{"messages", std::to_string(count)}});
  }
  MUSTER_TRY(link.take_root_statement(message));
  const auto topic = transport::topics::root_statement(
      link.collective(), security::word_of(said.root), std::to_string(said.number));
  MUSTER_TRY(link.bus().publish(topic, std::move(message), {.retain = true}));
  MUSTER_TRY(link.bus().flush(client::kPublishPatience));
  return Value{{"root", security::word_of(said.root)},
               {"number", said.number},
               {"name", said.new_root.common_name()},
               {"fingerprint", said.new_root.fingerprint()}};
}

}  // namespace muster::control
