// A statement as text and back.
#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "proto/approval/statement.hpp"
#include "proto/base/json_document.hpp"
#include "proto/base/names.hpp"
#include "proto/envelope/value_codec.hpp"

namespace muster::approval {
namespace {

constexpr std::size_t kDepthMax = 64;  // arguments may be 32 deep

Status check_times(const Statement& statement) {
  const auto life = statement.until_ms - statement.asked_at_ms;
  if (statement.asked_at_ms > 0 && statement.until_ms > statement.asked_at_ms && life <= kLifeMaxMs)
    return {};
  return fail(Errc::invalid_data, "an approval lasts at most 24 h from when it was asked for");
}

Status check_statement(const Statement& statement) {
  MUSTER_TRY(check_id(statement.id));
  MUSTER_TRY(base::check_caller(statement.caller));
  MUSTER_TRY(base::check_word("collective", statement.collective));
  MUSTER_TRY(base::check_word("agent", statement.agent));
  MUSTER_TRY(base::check_word("action", statement.action));
  if (!statement.arguments.is_object())
    return fail(Errc::invalid_data, "the arguments of an approval are a map");
  if (statement.targets.size() > kTargetsMax)
    return fail(Errc::limit,
                fmt::format("an approval names at most {} nodes; use a filter", kTargetsMax));
  for (const auto& target : statement.targets) MUSTER_TRY(base::check_caller(target));
  return check_times(statement);
}

Value filter_json(const filter::Text& filter) {
  return {{"facts", filter.facts},
          {"classes", filter.classes},
          {"agents", filter.agents},
          {"identities", filter.identities},
          {"compounds", filter.compounds}};
}

Value statement_json(const Statement& statement) {
  auto targets = statement.targets;
  std::sort(targets.begin(), targets.end());
  targets.erase(std::unique(targets.begin(), targets.end()), targets.end());
  return {{"id", statement.id},
          {"caller", statement.caller},
          {"collective", statement.collective},
          {"agent", statement.agent},
          {"action", statement.action},
          {"arguments", statement.arguments},
          {"filter", filter_json(statement.filter)},
          {"targets", std::move(targets)},
          {"asked_at_ms", statement.asked_at_ms},
          {"until_ms", statement.until_ms}};
}

// Absent, or of another type: empty, and then the text is not the one that would be written again.
std::string text_at(const Value& json, const char* name) {
  const auto found = json.find(name);
  return found != json.end() && found->is_string() ? found->get<std::string>() : "";
}

std::int64_t number_at(const Value& json, const char* name) {
  const auto found = json.find(name);
  return found != json.end() && found->is_number_integer() ? found->get<std::int64_t>() : 0;
}

std::vector<std::string> list_at(const Value& json, const char* name) {
  std::vector<std::string> out;
  const auto found = json.find(name);
  if (found == json.end() || !found->is_array()) return out;
  for (const auto& one : *found)
    if (one.is_string()) out.push_back(one.get<std::string>());
  return out;
}

Statement statement_from(const Value& json) {
  Statement out;
  out.id = text_at(json, "id");
  out.caller = text_at(json, "caller");
  out.collective = text_at(json, "collective");
  out.agent = text_at(json, "agent");
  out.action = text_at(json, "action");
  out.arguments = json.value("arguments", Value());
  const auto filter = json.value("filter", Value());
  if (filter.is_object())
    out.filter = {list_at(filter, "facts"), list_at(filter, "classes"), list_at(filter, "agents"),
                  list_at(filter, "identities"), list_at(filter, "compounds")};
  out.targets = list_at(json, "targets");
  out.asked_at_ms = number_at(json, "asked_at_ms");
  out.until_ms = number_at(json, "until_ms");
  return out;
}

}  // namespace

Result<std::string> text_of(const Statement& statement) {
  MUSTER_TRY(check_statement(statement));
  std::string text;
  try {
    text = statement_json(statement).dump();
  } catch (const Value::exception&) {
    return fail(Errc::invalid_data, "an approval of what is not UTF-8");
  }
  if (text.size() <= kStatementMaxBytes) return text;
  return fail(Errc::limit,
              fmt::format("what is to be approved has {} bytes; the limit is {}: fewer nodes, or "
                          "shorter arguments",
                          text.size(), kStatementMaxBytes));
}

Result<Statement> parse(std::string_view text) {
  MUSTER_ASSIGN(const auto json,
                base::read_json(text, "the approval",
                                {kStatementMaxBytes, kDepthMax, envelope::kValueItemsMax}));
  if (!json.is_object()) return fail(Errc::invalid_data, "an approval is a JSON object");
  auto statement = statement_from(json);
  MUSTER_ASSIGN(const auto again, text_of(statement));
  if (again != text)
    return fail(Errc::invalid_data, "the approval is not written as approvals are");
  return statement;
}

}  // namespace muster::approval
