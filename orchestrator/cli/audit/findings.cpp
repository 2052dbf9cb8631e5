#include "orchestrator/cli/audit/findings.hpp"

#include <algorithm>
#include <optional>
#include <tuple>

namespace muster::cli {
namespace {

// Empty: not known.
std::string ca_of_master(const AuditView& view, const std::string& master) {
  const auto endorsed = view.cas.find(master);
  return endorsed == view.cas.end() ? "" : endorsed->second;
}

// The CA that the name belongs to: as its node shows, else as its record says. Empty: neither does.
std::string ca_of_name(const AuditView& view, const std::string& name) {
  const auto shown = view.shown.find(name);
  if (shown != view.shown.end() && !shown->second.ca_fingerprint.empty())
    return shown->second.ca_fingerprint;
  const auto record = view.records.find(name);
  return record == view.records.end() ? "" : record->second.ca_fingerprint;
}

std::optional<Unexpected> judge(const AuditView& view, const std::string& master,
                                const std::string& name) {
  const bool is_recorded = view.records.contains(name);
  if (!is_recorded && !view.shown.contains(name)) return Unexpected::orphan;
  const auto of_name = ca_of_name(view, name);
  const auto of_master = ca_of_master(view, master);
  if (!of_name.empty() && !of_master.empty() && of_name != of_master) return Unexpected::second;
  return is_recorded ? std::nullopt : std::optional(Unexpected::unasked);
}

}  // namespace

std::string_view name_of(Unexpected kind) {
  switch (kind) {
    case Unexpected::orphan:
      return "orphan";
    case Unexpected::second:
      return "second";
    case Unexpected::unasked:
      return "unasked";
  }
  return "";
}

std::vector<Finding> unexpected_in(const AuditView& view) {
  std::vector<Finding> findings;
  for (const auto& listing : view.listings)
    for (const auto& one : listing.certificates) {
      if (!one.current || one.name == listing.master) continue;
      const auto kind = judge(view, listing.master, one.name);
      if (kind) findings.push_back({*kind, listing.master, one});
    }
  std::sort(findings.begin(), findings.end(), [](const Finding& a, const Finding& b) {
    return std::tie(a.certificate.name, a.master) < std::tie(b.certificate.name, b.master);
  });
  return findings;
}

}  // namespace muster::cli
