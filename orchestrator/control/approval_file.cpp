// What waits for approval, as JSON.
#include <fmt/format.h>

#include "orchestrator/control/approval_box.hpp"
#include "proto/base/encoding.hpp"
#include "proto/base/files.hpp"
#include "proto/base/json_document.hpp"

namespace muster::control {
namespace {

constexpr mode_t kBoxMode = 0600;
constexpr std::size_t kBoxDepthMax = 8;  // statements are texts in it

}  // namespace

Value ApprovalBox::summary(const Pending& pending) {
  const auto& statement = pending.statement;
  Value approved_by = Value::array();
  for (const auto& [name, unused] : pending.signatures) approved_by.push_back(name);
  return {{"id", statement.id},
          {"caller", statement.caller},
          {"collective", statement.collective},
          {"agent", statement.agent},
          {"action", statement.action},
          {"nodes", statement.targets.size()},
          {"asked_at_ms", statement.asked_at_ms},
          {"until_ms", statement.until_ms},
          {"group", pending.group},
          {"number", pending.number},
          {"reason", pending.reason},
          {"approved_by", std::move(approved_by)},
          {"denied_by", pending.denied_by},
          {"denied_why", pending.denied_why}};
}

Value ApprovalBox::json_of(const Pending& pending) {
  Value signatures = Value::object();
  for (const auto& [name, sealed] : pending.signatures)
    signatures[name] = base::to_base64url(sealed);
  return {{"statement", pending.text},       {"group", pending.group},
          {"number", pending.number},        {"reason", pending.reason},
          {"signatures", signatures},        {"denied_by", pending.denied_by},
          {"denied_why", pending.denied_why}};
}

Result<ApprovalBox::Pending> ApprovalBox::from_json(const Value& json) {
  Pending pending;
  try {
    pending.text = json.at("statement").get<std::string>();
    pending.group = json.at("group").get<std::string>();
    pending.number = json.at("number").get<std::int64_t>();
    pending.reason = json.at("reason").get<std::string>();
    pending.denied_by = json.at("denied_by").get<std::string>();
    pending.denied_why = json.at("denied_why").get<std::string>();
    for (const auto& [name, sealed] : json.at("signatures").items()) {
      MUSTER_ASSIGN(pending.signatures[name], base::from_base64url(sealed.get<std::string>()));
    }
  } catch (const Value::exception&) {
    return fail(Errc::invalid_data, "an entry without all its members");
  }
  MUSTER_ASSIGN(pending.statement, approval::parse(pending.text));
  return pending;
}

Result<ApprovalBox::All> ApprovalBox::read(const std::filesystem::path& file) {
  MUSTER_ASSIGN(const auto text, base::read_file(file, kPendingMaxBytes));
  MUSTER_ASSIGN(const auto json,
                base::read_json(text, file.string(), {kPendingMaxBytes, kBoxDepthMax}));
  if (!json.is_array())
    return fail(Errc::invalid_data, fmt::format("{} is no list", file.string()));
  All all;
  for (const auto& one : json) {
    auto pending = from_json(one);
    if (!pending) return fail(pending.error().within(file.string()));
    auto id = pending->statement.id;
    all.insert_or_assign(std::move(id), *std::move(pending));
  }
  return all;
}

Status ApprovalBox::keep(All next) {
  Value json = Value::array();
  for (const auto& [id, pending] : next) json.push_back(json_of(pending));
  const auto text = json.dump(-1, ' ', false, Value::error_handler_t::replace);
  if (text.size() > kPendingMaxBytes)
    return fail(Errc::limit,
                fmt::format("what waits for approval has {} bytes; the limit of an orchestrator is "
                            "{}; try again later",
                            text.size(), kPendingMaxBytes));
  MUSTER_TRY(base::write_file(file_, text, kBoxMode));
  all_ = std::move(next);
  return {};
}

}  // namespace muster::control
