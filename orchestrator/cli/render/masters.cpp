#include "orchestrator/cli/render/masters.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "orchestrator/cli/render/table.hpp"
#include "orchestrator/cli/render/text.hpp"
#include "orchestrator/client/reply_fields.hpp"
#include "proto/base/clock.hpp"
#include "proto/base/printable.hpp"

namespace muster::cli::render {
namespace {

constexpr std::size_t kCaDigitsShown = 16;  // --json has all
constexpr std::size_t kLeftShown = 20;      // nodes below a master; --json has all

std::string health_of(const MasterShown& master) {
  if (!master.health) return "away";
  const auto& answer = *master.health;
  if (answer.outcome == client::Outcome::silent) return "silent";
  if (answer.outcome == client::Outcome::refused) return "not told";
  if (answer.outcome != client::Outcome::ok) return one_line(answer.message);
  if (client::flag_at(answer.data, "running")) return "ok";
  const auto why = client::text_at(answer.data, "reason");
  return why.empty() ? "down" : one_line(why);
}

std::optional<double> load_of(const MasterShown& master) {
  if (!master.health || !master.health->data.is_object()) return std::nullopt;
  const auto load = master.health->data.find("load");
  if (load == master.health->data.end() || !load->is_number()) return std::nullopt;
  return load->get<double>();
}

std::string serves(const admission::Endorsement& endorsement) {
  std::string out;
  for (const auto& [fact, value] : endorsement.facts.items())
    out += fmt::format("{}{}={}", out.empty() ? "" : " ", fact,
                       value.is_string() ? value.get<std::string>() : base::json_text(value));
  return out.empty() ? "as it says" : out;
}

std::string retired_text(const admission::Endorsement& endorsement) {
  if (!endorsement.is_retired()) return "";
  return fmt::format("{} by {}", base::iso8601(endorsement.retired_at_ms).substr(0, 10),
                     endorsement.retired_by);
}

Row row_of(const MasterShown& master) {
  const auto load = load_of(master);
  return {{master.endorsement.master},
          {master.address.empty() ? "-" : master.address},
          {master.ca.substr(0, kCaDigitsShown)},
          {std::to_string(master.members.size())},
          {std::to_string(master.members.under_way.size())},
          {load ? fmt::format("{:.2f}", *load) : "-"},
          {health_of(master)},
          {serves(master.endorsement)},
          {retired_text(master.endorsement)}};
}

std::vector<std::string> below(const MasterShown& master, std::int64_t now_ms) {
  std::vector<std::string> lines;
  for (const auto& one : master.members.under_way)
    if (one.late)
      lines.push_back(fmt::format("   {}: it is under way for {}", one_line(one.identity),
                                  duration(std::chrono::milliseconds(now_ms - one.since_ms))));
  if (!master.endorsement.is_retired()) return lines;
  for (const auto& one : master.members.left)
    lines.push_back(fmt::format("   {}: {}", one_line(one.identity), one_line(one.why)));
  return lines;
}

Value names_of(const client::MembersOfMaster& members) {
  Value under_way = Value::array();
  for (const auto& one : members.under_way)
    under_way.push_back(
        {{"node", one.identity}, {"since", base::iso8601(one.since_ms)}, {"late", one.late}});
  Value left = Value::array();
  for (const auto& one : members.left) left.push_back({{"node", one.identity}, {"why", one.why}});
  return {{"count", members.size()},
          {"movable", members.movable},
          {"under_way", std::move(under_way)},
          {"left", std::move(left)}};
}

}  // namespace

std::string masters_text(const std::vector<MasterShown>& masters, std::int64_t now_ms,
                         const Style& style, std::size_t columns) {
  std::vector<Row> rows;
  for (const auto& master : masters) rows.push_back(row_of(master));
  const auto lines = table(
      {"master", "address", "CA", "members", "under way", "load", "health", "serves", "retired"},
      rows, style, columns);
  std::string out = lines.front() + "\n";
  for (std::size_t i = 1; i < lines.size(); ++i) {
    out += lines[i] + "\n";
    const auto more = below(masters[i - 1], now_ms);
    for (std::size_t at = 0; at < std::min(more.size(), kLeftShown); ++at) out += more[at] + "\n";
    if (more.size() > kLeftShown) out += fmt::format("   and {} more\n", more.size() - kLeftShown);
  }
  return out;
}

Value masters_json(const std::vector<MasterShown>& masters) {
  Value all = Value::array();
  for (const auto& master : masters) {
    const auto& endorsement = master.endorsement;
    const auto load = load_of(master);
    Value one{{"master", endorsement.master},        {"address", master.address},
              {"online", !master.address.empty()},   {"ca", master.ca},
              {"facts", endorsement.facts},          {"names", endorsement.patterns},
              {"members", names_of(master.members)}, {"health", health_of(master)},
              {"retired", endorsement.is_retired()}};
    one["load"] = load ? Value(*load) : Value();
    if (endorsement.is_retired()) {
      one["retired_by"] = endorsement.retired_by;
      one["retired_at"] = base::iso8601(endorsement.retired_at_ms);
    }
    all.push_back(std::move(one));
  }
  return {{"masters", std::move(all)}};
}

}  // namespace muster::cli::render
