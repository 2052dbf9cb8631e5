#include "orchestrator/control/control_actions.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <map>

#include "orchestrator/client/link.hpp"
#include "orchestrator/client/retire_master.hpp"
#include "orchestrator/client/roll_call.hpp"
#include "orchestrator/client/run_stats.hpp"
#include "orchestrator/client/trusted_ca.hpp"
#include "orchestrator/control/node_orders.hpp"
#include "orchestrator/control/root_push.hpp"
#include "proto/base/clock.hpp"
#include "proto/base/host_name.hpp"
#include "proto/base/names.hpp"

namespace muster::control {
namespace {

constexpr std::int64_t kSinceMostS = 10LL * 365 * 86'400;

struct Asked {
  client::Link& link;
  const Duties& duties;
  const std::string& caller;
  const Value& inputs;

  std::string text(const char* name) const { return inputs.value(name, std::string()); }
};

Result<Value> endorse(const Asked& asked, client::Endorsement endorsement) {
  endorsement.offered_by = asked.caller;
  MUSTER_ASSIGN(const auto published,
                client::publish_trusted_ca(asked.link, std::move(endorsement)));
  return Value{{"fingerprint", published.fingerprint()},
               {"subject", published.certificate.subject()}};
}

Result<Value> trust_add(const Asked& asked) {
  MUSTER_ASSIGN(auto ca,
                x509::Certificate::from_pem(asked.text("certificate"), "input 'certificate'"));
  client::Endorsement endorsement{.certificate = std::move(ca), .master = asked.text("master")};
  for (const auto& pattern : asked.inputs.value("names", Value::array())) {
    if (!pattern.is_string())
      return fail(Errc::invalid_data, "input 'names' must be a list of patterns");
    endorsement.patterns.push_back(pattern.get<std::string>());
  }
  MUSTER_TRY(asked.link.wait_trust());
  const auto known = asked.link.endorsements().all();
  const auto now_ms = asked.link.clock().unix_ms();
  MUSTER_TRY(admission::may_be_added(endorsement, known, now_ms));
  admission::take_over(endorsement, known, now_ms);
  return endorse(asked, std::move(endorsement));
}

// What a broker retains of it is signed and numbered, for those who come later. All certificates of a CA that was
// renewed: each that stays would have all of its nodes believed.
Result<Value> trust_remove(const Asked& asked) {
  const auto fingerprint = asked.text("fingerprint");
  MUSTER_TRY(asked.link.wait_trust());
  auto certificates = asked.link.endorsements().all_of_ca(fingerprint);
  std::erase_if(certificates, [](const auto& one) { return one.withdrawn; });
  if (certificates.empty())
    return fail(Errc::aborted,
                fmt::format("no CA with the fingerprint {} is endorsed; 'muster trust list' shows "
                            "those that are",
                            fingerprint));
  Value answer;
  for (auto& one : certificates) {
    one.withdrawn = true;
    MUSTER_ASSIGN(answer, endorse(asked, std::move(one)));
  }
  answer["fingerprint"] = fingerprint;
  return answer;
}

// Signs anew, so that the endorsement lasts as long as ours, the signer's, certificate.
Result<Value> trust_renew(const Asked& asked) {
  const auto fingerprint = asked.text("fingerprint");
  MUSTER_TRY(asked.link.wait_trust());
  const auto known = asked.link.endorsements().find(fingerprint);
  if (!known || known->withdrawn)
    return fail(Errc::aborted,
                fmt::format("no CA with the fingerprint {} is endorsed; 'muster trust list' shows "
                            "those that are",
                            fingerprint));
  MUSTER_ASSIGN(const auto published, client::publish_trusted_ca(asked.link, *known));
  return Value{{"fingerprint", published.fingerprint()},
               {"subject", published.certificate.subject()},
               {"endorsed_until", base::iso8601(published.ends_at_ms)}};
}

Result<Value> master_retire(const Asked& asked) {
  const bool stays = asked.inputs.value("cancel", false);
  MUSTER_ASSIGN(const auto marked, client::mark_master(asked.link, asked.text("master"),
                                                       stays ? std::string() : asked.caller));
  Value answer{{"fingerprint", marked.by_now.fingerprint()},
               {"changed", marked.changed},
               {"retired_by", marked.by_now.retired_by},
               {"other_masters", marked.others}};
  if (marked.by_now.is_retired()) answer["retired_at"] = base::iso8601(marked.by_now.retired_at_ms);
  return answer;
}

Result<Value> root_push(const Asked& asked) {
  return push_root(asked.link, asked.text("statement"));
}

Result<Value> roll_call(const Asked& asked) {
  MUSTER_TRY(client::publish_roll_call(asked.link, asked.text("call")));
  return Value{{"host", base::host_name()}};
}

// `duty`, or why there is none.
template <class Duty>
Result<Duty*> there(Duty* duty, const char* what) {
  if (duty != nullptr) return duty;
  return fail(Errc::aborted, fmt::format("this orchestrator cannot {}", what));
}

Result<Value> done(const Status& status) {
  if (!status) return fail(status.error());
  return Value::object();
}

template <auto order>
Result<Value> of_nodes(const Asked& asked) {
  MUSTER_ASSIGN(auto* duty, there(asked.duties.provisioning, "provision"));
  MUSTER_ASSIGN(const auto nodes, ordered_nodes(asked.inputs));
  return told_of_nodes(nodes, (duty->*order)(nodes, asked.caller));
}

Result<Value> again(const Asked& asked) {
  return asked.inputs.value("new_certificate", false)
             ? of_nodes<&Provisioning::new_certificate>(asked)
             : of_nodes<&Provisioning::again>(asked);
}

Result<Value> approve(const Asked& asked) {
  MUSTER_ASSIGN(auto* duty, there(asked.duties.approvals, "approve names"));
  return done(duty->approve(asked.text("node"), asked.text("key"), asked.caller));
}

std::int64_t number_within(const Asked& asked, const char* name, std::int64_t most) {
  return std::clamp<std::int64_t>(asked.inputs.value(name, std::int64_t{1}), 1, most);
}

Result<Value> stats(const Asked& asked) {
  MUSTER_ASSIGN(auto* duty, there(asked.duties.history, "tell of earlier runs"));
  const auto since_s = number_within(asked, "since_s", kSinceMostS);
  return duty->stats(asked.link.clock().unix_ms() - since_s * base::kMsPerSecond);
}

Result<Value> history(const Asked& asked) {
  MUSTER_ASSIGN(auto* duty, there(asked.duties.history, "tell of earlier runs"));
  const auto most = number_within(asked, "most", client::kRunsToldMax);
  return duty->of_node(asked.text("node"), static_cast<std::size_t>(most));
}

Result<Value> notifications_list(const Asked& asked) {
  MUSTER_ASSIGN(auto* duty, there(asked.duties.notifications, "tell people"));
  const auto most = number_within(asked, "most", kUnsentToldMax);
  return duty->unsent(static_cast<std::size_t>(most));
}

Result<Value> notifications_retry(const Asked& asked) {
  MUSTER_ASSIGN(auto* duty, there(asked.duties.notifications, "tell people"));
  return duty->retry(asked.text("id"));
}

Result<Value> ban(const Asked& asked) {
  MUSTER_ASSIGN(auto* duty, there(asked.duties.bans, "ban nodes"));
  return done(duty->ban(asked.text("node"), asked.text("reason"), asked.caller));
}

Result<Value> unban(const Asked& asked) {
  MUSTER_ASSIGN(auto* duty, there(asked.duties.bans, "ban nodes"));
  return done(duty->unban(asked.text("node"), asked.caller));
}

Result<Value> revoke(const Asked& asked) {
  MUSTER_ASSIGN(auto* duty, there(asked.duties.tokens, "revoke tokens"));
  return done(duty->revoke(asked.text("id"), asked.caller));
}

Result<Value> revoke_certificates(const Asked& asked) {
  MUSTER_ASSIGN(auto* duty, there(asked.duties.revocations, "revoke certificates"));
  MUSTER_ASSIGN(const auto list,
                x509::RevocationList::from_pem(asked.text("list"), "input 'list'"));
  MUSTER_TRY(duty->revoke(list, asked.caller));
  return Value{{"issuer", list.issuer_common_name()},
               {"number", list.number()},
               {"certificates", list.entries().size()}};
}

}  // namespace

Result<Value> perform(client::Link& link, const Duties& duties, const std::string& caller,
                      const std::string& action, const Value& inputs) {
  static const std::map<std::string, std::function<Result<Value>(const Asked&)>> actions{
      {"trust_add", trust_add},
      {"trust_remove", trust_remove},
      {"trust_renew", trust_renew},
      {"master_retire", master_retire},
      {"provision_again", again},
      {"provision_retry", of_nodes<&Provisioning::retry>},
      {"provision_cancel", of_nodes<&Provisioning::cancel>},
      {"provision_decommission", of_nodes<&Provisioning::decommission>},
      {"provision_forget", of_nodes<&Provisioning::forget>},
      {"provision_approve", approve},
      {"provision_stats", stats},
      {"provision_history", history},
      {"notifications_list", notifications_list},
      {"notifications_retry", notifications_retry},
      {"node_ban", ban},
      {"node_unban", unban},
      {"token_revoke", revoke},
      {"certificates_revoke", revoke_certificates},
      {"root_push", root_push},
      {"roll_call", roll_call}};
  const auto found = actions.find(action);
  if (found == actions.end())
    return fail(Errc::unknown_action, fmt::format("no action {}", base::quoted(action)));
  return found->second({link, duties, caller, inputs});
}

}  // namespace muster::control
