#include "orchestrator/cli/render/findings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "orchestrator/cli/render/text.hpp"

namespace muster::cli::render {
namespace {

constexpr std::size_t kDayLength = 10;          // of "2031-11-27T22:07:34.000Z"
constexpr std::size_t kShownOfAKindMost = 100;  // --json has all

struct Words {
  Unexpected kind;
  const char* heading;
  const char* what_to_do;
};

constexpr std::array<Words, 3> kWords{{
    {Unexpected::orphan, "of nobody: no record and no node on the bus has the name",
     "of a machine that is no more: on that master, puppetserver ca clean --certname NAME; until "
     "then 'muster node ban NAME' keeps it off the bus"},
    {Unexpected::second, "of a name that belongs to another CA, as its node or its record says",
     "a master that was away owes its cleaning and pays by itself; else, on that master: "
     "puppetserver ca clean --certname NAME"},
    {Unexpected::unasked, "that nobody asked Muster for: its node is on the bus without a record",
     "made by hand, or its record was forgotten: muster provision again NAME provisions it"},
}};

std::string line_of(const Finding& finding) {
  return fmt::format("   {}  at {}  serial {}  until {}\n", one_line(finding.certificate.name),
                     one_line(finding.master), one_line(finding.certificate.serial),
                     one_line(finding.certificate.expires_at).substr(0, kDayLength));
}

std::string of_kind(const Words& words, const std::vector<Finding>& findings) {
  std::string lines;
  std::size_t count = 0;
  for (const auto& finding : findings)
    if (finding.kind == words.kind && ++count <= kShownOfAKindMost) lines += line_of(finding);
  if (count == 0) return {};
  if (count > kShownOfAKindMost)
    lines += fmt::format("   {} more; --json shows all\n", count - kShownOfAKindMost);
  return fmt::format("{} valid {} {}:\n{}   What to do: {}\n", count,
                     count == 1 ? "certificate" : "certificates", words.heading, lines,
                     words.what_to_do);
}

}  // namespace

std::string findings_text(const std::vector<Finding>& findings,
                          const std::vector<CaListing>& listings) {
  std::string out;
  for (const auto& words : kWords) out += of_kind(words, findings);
  for (const auto& listing : listings)
    if (!listing.why_not_whole.empty())
      out += fmt::format("{}: not all of its certificates were read: {}\n",
                         one_line(listing.master), one_line(listing.why_not_whole));
  return out;
}

Value findings_json(const std::vector<Finding>& findings) {
  Value out = Value::array();
  for (const auto& finding : findings)
    out.push_back({{"kind", name_of(finding.kind)},
                   {"name", finding.certificate.name},
                   {"master", finding.master},
                   {"serial", finding.certificate.serial},
                   {"issued_at", finding.certificate.issued_at},
                   {"expires_at", finding.certificate.expires_at}});
  return out;
}

Value not_whole_json(const std::vector<CaListing>& listings) {
  Value out = Value::array();
  for (const auto& listing : listings)
    if (!listing.why_not_whole.empty())
      out.push_back({{"master", listing.master}, {"why", listing.why_not_whole}});
  return out;
}

}  // namespace muster::cli::render
