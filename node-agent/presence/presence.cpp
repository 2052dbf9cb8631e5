#include "node-agent/presence/presence.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>

#include "proto/base/utf8.hpp"
#include "proto/envelope/envelope.hpp"
#include "proto/filter/find_fact.hpp"
#include "proto/messages/presence.hpp"

namespace muster::agent {
namespace {

constexpr std::array<std::string_view, 12> kNested = {
    "os.name",         "os.family",         "os.architecture",  "os.release.major",
    "os.release.full", "networking.ip",     "networking.ip6",   "networking.hostname",
    "networking.fqdn", "networking.domain", "processors.count", "ec2_metadata.placement.region"};

// These change by themselves: presence would be published for ever.
constexpr std::array<std::string_view, 8> kVolatile = {
    "uptime",        "uptime_seconds", "uptime_hours",  "uptime_days",
    "system_uptime", "memoryfree",     "memoryfree_mb", "load_averages"};

// What cannot travel (Latin-1 text, a NaN) is left out: one wrong fact must not hide the node.
bool small_scalar(const Value& value) {
  if (value.is_string()) {
    const auto& text = value.get_ref<const std::string&>();
    return text.size() <= kChosenFactMaxBytes && base::is_utf8(text);
  }
  if (value.is_number_float()) return std::isfinite(value.get<double>());
  return value.is_number() || value.is_boolean();
}

}  // namespace

Value chosen_facts(const Value& facts) {
  Value chosen = Value::object();
  for (const auto path : kNested)
    if (const auto* value = filter::find_fact(facts, path);
        value != nullptr && small_scalar(*value))
      chosen[std::string(path)] = *value;
  for (const auto& [name, value] : facts.items()) {
    if (chosen.size() >= kChosenFactsMax) break;
    if (std::find(kVolatile.begin(), kVolatile.end(), name) != kVolatile.end()) continue;
    const bool travels = name.size() <= kChosenFactNameMaxBytes && base::is_utf8(name);
    if (travels && small_scalar(value)) chosen[name] = value;
  }
  return chosen;
}

std::size_t left_out_facts(const Value& facts, const Value& chosen) {
  std::size_t left_out = 0;
  for (const auto& [name, value] : facts.items())
    if (!chosen.contains(name)) ++left_out;
  return left_out;
}

ShownClasses shown_classes(const std::vector<std::string>& classes, std::size_t most) {
  ShownClasses shown;
  for (const auto& name : classes) {
    auto travels = base::as_utf8(name, kClassMaxBytes);
    const bool fits = shown.names.size() < most;
    if (!fits || travels != name) ++shown.left_out;
    if (fits) shown.names.push_back(std::move(travels));
  }
  return shown;
}

Result<std::string> presence_body(const PresenceContent& content) {
  messages::Presence out;
  out.identity = content.identity;
  out.version = content.version;
  out.collectives = content.collectives;
  const auto agents = std::min(content.agents.size(), kPresenceAgentsMax);
  out.agents.assign(content.agents.begin(),
                    content.agents.begin() + static_cast<std::ptrdiff_t>(agents));
  out.left_out_agents = static_cast<std::uint32_t>(content.agents.size() - agents);
  auto classes = shown_classes(content.classes, kPresenceClassesMax);
  out.classes = std::move(classes.names);
  out.left_out_classes = static_cast<std::uint32_t>(classes.left_out);
  out.left_out_facts = static_cast<std::uint32_t>(content.left_out_facts);
  out.facts = content.facts;
  out.started_at_ms = content.started_at_ms;
  out.session = content.session;
  out.address = content.address;
  out.roots = content.roots;
  return out.encode();
}

}  // namespace muster::agent
