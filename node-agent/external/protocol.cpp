#include "node-agent/external/protocol.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "proto/base/clock.hpp"
#include "proto/base/names.hpp"
#include "proto/base/utf8.hpp"

namespace muster::external {
namespace {

constexpr std::string_view kSchemas = "https://choria.io/schemas/mcorpc/external/v1/";
constexpr int kLastStatus = 5;
constexpr int kStatusMost = 255;  // Choria's is a byte

std::string text_of(const Value& message) {
  return message.dump(-1, ' ', false, Value::error_handler_t::replace);
}

std::string schema(std::string_view name) {
  return fmt::format("{}{}.json", kSchemas, name);
}

// Callers are "cert=alice".
std::string name_of(const std::string& caller) {
  return caller.substr(caller.find('=') + 1);
}

tl::unexpected<Error> malformed(std::string_view key, std::string_view must, const Value& value) {
  return fail(Errc::unknown, fmt::format("its reply is malformed: '{}' must be {}, not {}", key,
                                         must, base::quoted(text_of(value))));
}

bool same_letters(std::string_view a, std::string_view b) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [&](char x, char y) { return lower(x) == lower(y); });
}

Status read_status(const Value& code, plugins::ActionReply& out) {
  if (code.is_null()) return {};
  if (!code.is_number_integer() || code < 0 || code > kStatusMost)
    return malformed("statuscode", "an integer from 0 to 255", code);
  out.status = code.get<int>();
  return {};
}

Status read_message(const Value& message, std::string& out) {
  if (message.is_null()) return {};
  if (!message.is_string()) return malformed("statusmsg", "a string", message);
  out = message.get<std::string>();
  return {};
}

bool blank(std::string_view text) {
  return text.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

Status check_kind(const Value& reply, std::string_view text) {
  if (reply.is_discarded())
    return fail(Errc::unknown, fmt::format("its reply of {} bytes is not JSON; it begins with {}",
                                           text.size(), base::quoted(text)));
  if (!reply.is_object())
    return fail(Errc::unknown,
                fmt::format("its reply must be a JSON object, not {}", reply.type_name()));
  return {};
}

Result<Value> parse_object(std::string_view text, const Value::parser_callback_t& each) {
  text = base::without_mark(text);
  if (blank(text)) return fail(Errc::unknown, "it wrote no reply");
  if (too_deep(text))
    return fail(Errc::unknown, fmt::format("its reply nests deeper than {} levels", kJsonDepthMax));
  auto reply = Value::parse(text, each, false);
  MUSTER_TRY(check_kind(reply, text));
  return reply;
}

}  // namespace

std::vector<const Value*> Members::named(std::string_view key) const {
  std::vector<const Value*> found;
  for (const auto& [name, value] : all)
    if (same_letters(name, key)) found.push_back(&value);
  return found;
}

const Value& Members::last(std::string_view key) const {
  static const Value kNone;
  const Value* last = &kNone;
  for (const auto* value : named(key))
    if (!value->is_null()) last = value;
  return *last;
}

bool too_deep(std::string_view json) {
  int depth = 0;
  bool in_text = false;
  for (std::size_t i = 0; i < json.size(); ++i) {
    const char c = json[i];
    if (in_text && c == '\\')
      ++i;
    else if (c == '"')
      in_text = !in_text;
    else if (!in_text && (c == '[' || c == '{') && ++depth > kJsonDepthMax)
      return true;
    else if (!in_text && (c == ']' || c == '}'))
      --depth;
  }
  return false;
}

std::string rpc_request(const plugins::ActionRequest& request) {
  return text_of({{"$schema", schema("rpc_request")},
                  {"protocol", kRpcRequest},
                  {"agent", request.agent},
                  {"action", request.action},
                  {"requestid", request.request_id},
                  {"senderid", name_of(request.caller)},
                  {"callerid", request.caller},
                  {"collective", request.collective},
                  {"ttl", request.ttl_s},
                  {"msgtime", request.sent_at_ms / base::kMsPerSecond},
                  {"data", request.data}});
}

std::string activation_request(const std::string& agent) {
  return text_of({{"$schema", schema("activation_request")},
                  {"protocol", kActivationRequest},
                  {"agent", agent}});
}

Result<Value> read_object(std::string_view text) {
  return parse_object(text, nullptr);
}

Result<Members> read_members(std::string_view text) {
  Members members;
  std::string key;
  const auto each = [&](int depth, Value::parse_event_t event, Value& parsed) {
    using Event = Value::parse_event_t;
    if (depth != 1) return true;
    if (event == Event::key) key = parsed.get<std::string>();
    const bool whole =
        event == Event::value || event == Event::object_end || event == Event::array_end;
    if (whole) members.all.emplace_back(key, std::move(parsed));
    return !whole;  // the parser need not keep what was taken
  };
  MUSTER_TRY(parse_object(text, each));
  return members;
}

Result<plugins::ActionReply> read_rpc_reply(std::string_view text) {
  MUSTER_ASSIGN(const auto reply, read_members(text));
  plugins::ActionReply out;
  for (const auto* code : reply.named("statuscode")) MUSTER_TRY(read_status(*code, out));
  if (out.status != 0) out.message = fmt::format("failed with status {}", out.status);
  std::string said;
  for (const auto* message : reply.named("statusmsg")) MUSTER_TRY(read_message(*message, said));
  if (!said.empty()) out.message = said;
  if (const auto all = reply.named("data"); !all.empty() && !all.back()->is_null())
    out.data = *all.back();
  // Statuses of an agent's own are failures as well, and keep their data.
  if (out.status > kLastStatus) {
    if (!said.empty()) out.message += fmt::format(" (status {})", out.status);
    out.status = kLastStatus;
  }
  return out;
}

Result<bool> read_activation_reply(std::string_view text) {
  MUSTER_ASSIGN(const auto reply, read_members(text));
  bool active = false;
  for (const auto* activate : reply.named("activate")) {
    if (activate->is_null()) continue;
    if (!activate->is_boolean()) return malformed("activate", "true or false", *activate);
    active = activate->get<bool>();
  }
  return active;
}

}  // namespace muster::external
