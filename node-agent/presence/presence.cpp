#include "node-agent/presence/presence.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>

#include "proto/base/utf8.hpp"
#include "proto/envelope/envelope.hpp"
#include "proto/envelope/value_codec.hpp"
#include "proto/filter/find_fact.hpp"
#include "proto/schema/muster.pb.h"

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
  v1::Presence out;
  out.set_identity(content.identity);
  out.set_version(content.version);
  for (const auto& collective : content.collectives) out.add_collectives(collective);
  const auto agents = std::min(content.agents.size(), kPresenceAgentsMax);
  for (std::size_t i = 0; i < agents; ++i) out.add_agents(content.agents[i]);
  out.set_left_out_agents(static_cast<std::uint32_t>(content.agents.size() - agents));
  const auto classes = shown_classes(content.classes, kPresenceClassesMax);
  for (const auto& name : classes.names) out.add_classes(name);
  out.set_left_out_classes(static_cast<std::uint32_t>(classes.left_out));
  out.set_left_out_facts(static_cast<std::uint32_t>(content.left_out_facts));
  MUSTER_TRY(envelope::encode_value(content.facts, *out.mutable_facts()));
  out.set_started_at_ms(content.started_at_ms);
  out.set_session(content.session);
  out.set_address(content.address);
  for (const auto& root : content.roots) out.add_roots(root);
  return envelope::pack(out);
}

std::string stamped(std::string presence, std::int64_t sent_at_ms) {
  v1::Presence stamp;
  stamp.set_sent_at_ms(sent_at_ms);
  // Serialised messages of one type, one after the other, are read as one.
  return std::move(presence) + envelope::pack(stamp);
}

}  // namespace muster::agent
