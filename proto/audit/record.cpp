#include "proto/audit/record.hpp"

#include <algorithm>
#include <array>
#include <cctype>

#include "proto/base/clock.hpp"
#include "proto/base/printable.hpp"
#include "proto/base/utf8.hpp"

namespace muster::audit {
namespace {

constexpr std::array<std::string_view, 11> kSecretWords{
    "password", "passwd", "passphrase",  "secret",     "token",        "credential",
    "api_key",  "apikey", "private_key", "privatekey", "authorization"};
constexpr auto kMasked = "(masked)";

std::string text(const std::string& raw, std::size_t most = kTextMaxBytes) {
  return base::as_utf8(raw, most);
}

void add(Line& line, std::string_view name, const std::string& value) {
  if (!value.empty()) line.push_back({name, text(value)});
}

Value shortened(const Value& value, std::uint64_t& left_out) {
  if (value.is_string()) {
    const auto& raw = value.get_ref<const std::string&>();
    auto kept = base::as_utf8(raw, kInputMaxBytes);
    if (raw.size() > kInputMaxBytes) left_out += raw.size() - std::min(raw.size(), kept.size());
    return kept;
  }
  if (value.is_array()) {
    Value out = Value::array();
    for (const auto& item : value) out.push_back(shortened(item, left_out));
    return out;
  }
  if (!value.is_object()) return value;
  Value out = Value::object();
  for (const auto& [name, inner] : value.items())
    out[base::as_utf8(name, kInputMaxBytes)] =
        looks_secret(name) ? Value(kMasked) : shortened(inner, left_out);
  return out;
}

Line begun(std::int64_t at_ms, const char* kind, const std::string& node) {
  return {{"time", base::iso8601(at_ms)}, {"kind", kind}, {"node", node}};
}

}  // namespace

std::string_view name_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::allowed:
      return "allowed";
    case Verdict::denied:
      return "denied";
    case Verdict::invalid:
      return "invalid";
    case Verdict::expired:
      return "expired";
    case Verdict::replayed:
      return "replayed";
    case Verdict::busy:
      return "busy";
    case Verdict::unverified:
      return "unverified";
    case Verdict::refused:
      return "refused";
  }
  return "unknown";
}

bool looks_secret(std::string_view name) {
  std::string lower(name);
  std::transform(lower.begin(), lower.end(), lower.begin(), [](unsigned char c) {
    return c == '-' ? '_' : static_cast<char>(std::tolower(c));
  });
  return std::any_of(kSecretWords.begin(), kSecretWords.end(), [&lower](std::string_view word) {
    return lower.find(word) != std::string::npos;
  });
}

Shown shown_inputs(const Value& inputs) {
  Shown shown;
  if (!inputs.is_object()) return shown;
  const auto whole = shortened(inputs, shown.left_out_bytes);
  shown.inputs = Value::object();
  std::size_t bytes = 0;
  for (const auto& [name, value] : whole.items()) {
    const auto size = name.size() + base::json_text(value).size();
    if (bytes + size > kInputsMaxBytes) {
      shown.left_out_bytes += size;
      continue;
    }
    bytes += size;
    shown.inputs[name] = value;
  }
  return shown;
}

Line line_of(const Request& request, const std::string& node) {
  auto line = begun(request.at_ms, "request", node);
  add(line, "request_id", request.id);
  add(line, "caller", request.caller);
  add(line, "role", request.role);
  add(line, "collective", request.collective);
  add(line, "agent", request.agent);
  add(line, "action", request.action);
  auto shown = shown_inputs(request.inputs);
  if (shown.inputs.is_object()) line.push_back({"inputs", std::move(shown.inputs)});
  if (shown.left_out_bytes > 0) line.push_back({"inputs_left_out_bytes", shown.left_out_bytes});
  line.push_back({"verdict", std::string(name_of(request.verdict))});
  add(line, "decided_by", request.decided_by);
  if (!request.approved_by.empty()) line.push_back({"approved_by", request.approved_by});
  add(line, "approval", request.approval);
  add(line, "why", request.why);
  if (request.left_out > 0) line.push_back({"left_out", request.left_out});
  return line;
}

Line line_of(const Completion& completion, const std::string& node) {
  auto line = begun(completion.at_ms, "result", node);
  add(line, "request_id", completion.request_id);
  add(line, "caller", completion.caller);
  add(line, "agent", completion.agent);
  add(line, "action", completion.action);
  add(line, "outcome", completion.outcome);
  line.push_back({"status", completion.status});
  add(line, "message", completion.message);
  line.push_back({"took_ms", completion.took_ms});
  return line;
}

Line line_of(const Flood& flood, const std::string& node) {
  auto line = begun(flood.at_ms, "request", node);
  add(line, "caller", flood.caller);
  line.push_back({"verdict", std::string(name_of(flood.verdict))});
  add(line, "why", flood.why);
  line.push_back({"count", flood.count});
  return line;
}

std::string json(const Line& line) {
  std::string out = "{";
  for (const auto& [name, value] : line) {
    if (out.size() > 1) out += ",";
    out += "\"";
    out += name;
    out += "\":" + base::json_text(value);
  }
  return out + "}";
}

}  // namespace muster::audit
