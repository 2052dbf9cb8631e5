#include "orchestrator/cli/approval/approval_session.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "orchestrator/cli/output.hpp"
#include "orchestrator/cli/render/approvals.hpp"
#include "orchestrator/cli/times.hpp"
#include "orchestrator/client/control.hpp"
#include "proto/approval/signature.hpp"
#include "proto/base/clock.hpp"
#include "proto/base/encoding.hpp"
#include "proto/messages/request.hpp"

namespace muster::cli {
namespace {

// Of all who answered, those who could.
Result<std::vector<client::ControlAnswer>> willing(client::Link& link,
                                                   const client::ControlRequest& request) {
  MUSTER_ASSIGN(auto answers, client::ask_all_orchestrators(link, request));
  const auto refusal = answers.front();
  std::erase_if(answers, [](const auto& one) { return one.outcome != client::Outcome::ok; });
  if (answers.empty())
    return fail(Errc::refused, fmt::format("{}: {}", refusal.orchestrator, refusal.message));
  return answers;
}

// By name, each once, those that verify.
std::map<std::string, std::string> signatures_in(const Value& shown,
                                                 const approval::Statement& statement,
                                                 const security::Trust& commanding) {
  std::map<std::string, std::string> out;
  const auto text = shown.value("statement", std::string());
  for (const auto& one : shown.value("approvals", Value::array())) {
    auto sealed = base::from_base64url(one.is_string() ? one.get<std::string>() : "");
    if (!sealed) continue;
    const auto approver = approval::approver_of(*sealed, statement, text, commanding);
    if (approver) out[*approver] = *std::move(sealed);
  }
  return out;
}

// Nothing is signed yet: the words of the command stand against what an orchestrator kept.
Status compare(const approval::Statement& kept, const approval::Statement& meant) {
  messages::Request request;
  request.caller = meant.caller;
  request.collective = meant.collective;
  request.agent = meant.agent;
  request.action = meant.action;
  request.filter = meant.filter;
  request.targets.assign(meant.targets.begin(), meant.targets.end());
  const auto why = approval::why_not_for(kept, request, meant.arguments);
  if (why.empty()) return {};
  return fail(Errc::refused, fmt::format("the approval {} {}; 'muster approve {}' shows for what",
                                         kept.id, why, kept.id));
}

}  // namespace

approval::Statement statement_of(client::Link& link, const client::Call& call) {
  approval::Statement statement;
  statement.caller = link.caller();
  statement.collective = link.collective();
  statement.agent = call.agent;
  statement.action = call.action;
  statement.arguments = call.arguments.is_null() ? Value::object() : call.arguments;
  statement.filter = call.filter;
  statement.targets = call.targets;
  std::sort(statement.targets.begin(), statement.targets.end());
  return statement;
}

Result<ExitCode> ask_for_approval(const CommonOptions& common, client::Link& link,
                                  approval::Statement statement) {
  const auto& options = common.approval;
  MUSTER_ASSIGN(const auto wanted, wanted_approval(options.ask));
  MUSTER_ASSIGN(const auto life, parse_duration(options.life));
  statement.id = approval::new_id();
  statement.asked_at_ms = link.clock().unix_ms();
  statement.until_ms = statement.asked_at_ms + std::chrono::milliseconds(life).count();
  MUSTER_ASSIGN(const auto text, approval::text_of(statement));
  Value inputs{{"statement", text}, {"group", wanted.group}, {"number", wanted.number}};
  if (!options.reason.empty()) inputs["reason"] = options.reason;
  MUSTER_ASSIGN(const auto answers,
                willing(link, {.action = "approval_ask", .arguments = std::move(inputs)}));
  if (common.json)
    print_json({{"approval", statement.id},
                {"group", wanted.group},
                {"number", wanted.number},
                {"until", base::iso8601(statement.until_ms)},
                {"orchestrators", answers.size()}});
  else
    print(render::asked_text(statement, wanted.group, wanted.number));
  return ExitCode::ok;
}

Result<Value> show_everywhere(client::Link& link, const std::string& id) {
  MUSTER_TRY(approval::check_id(id));
  MUSTER_ASSIGN(const auto answers,
                willing(link, {.action = "approval_show", .arguments = {{"id", id}}}));
  Value out = answers.front().data;
  for (const auto& answer : answers) {
    if (answer.data.value("statement", "") != out.value("statement", "")) continue;
    if (!answer.data.value("denied_by", "").empty()) out = answer.data;
    for (const auto* list : {"approved_by", "approvals"})
      for (const auto& one : answer.data.value(list, Value::array()))
        if (std::find(out[list].begin(), out[list].end(), one) == out[list].end())
          out[list].push_back(one);
  }
  return out;
}

Result<Value> list_everywhere(client::Link& link) {
  MUSTER_ASSIGN(const auto answers, willing(link, {.action = "approval_list"}));
  Value out = Value::object();
  for (const auto* list : {"waiting", "own"}) {
    std::map<std::string, Value> by_id;
    for (const auto& answer : answers)
      for (const auto& one : answer.data.value(list, Value::array()))
        by_id.try_emplace(one.value("id", ""), one);
    out[list] = Value::array();
    for (auto& [id, one] : by_id) out[list].push_back(std::move(one));
    std::stable_sort(out[list].begin(), out[list].end(), [](const Value& a, const Value& b) {
      return a.value("asked_at_ms", std::int64_t{0}) < b.value("asked_at_ms", std::int64_t{0});
    });
  }
  return out;
}

Result<client::Attached> approved_for(client::Link& link, const std::string& id,
                                      const approval::Statement& statement) {
  MUSTER_ASSIGN(const auto shown, show_everywhere(link, id));
  MUSTER_ASSIGN(const auto kept, approval::parse(shown.value("statement", "")));
  MUSTER_TRY(compare(kept, statement));
  if (const auto who = shown.value("denied_by", ""); !who.empty())
    return fail(Errc::refused, fmt::format("the approval {} was denied by {}{}{}", id, who,
                                           shown.value("denied_why", "").empty() ? "" : ": ",
                                           shown.value("denied_why", "")));
  client::Attached attached{shown.value("statement", ""), {}};
  for (auto& [name, sealed] : signatures_in(shown, kept, link.operators()))
    attached.approvals.push_back(std::move(sealed));
  if (attached.approvals.empty())
    return fail(Errc::refused, fmt::format("nobody has approved {} yet", id));
  return attached;
}

}  // namespace muster::cli
