#include "orchestrator/cli/render/inventory.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "orchestrator/cli/render/text.hpp"
#include "proto/base/clock.hpp"

namespace muster::cli::render {
namespace {

constexpr std::size_t kLabelColumns = 31;
constexpr std::size_t kNamesColumns = 80;

std::string joined_on_a_line(const Value& value) {
  if (value.is_null()) return "";
  if (value.is_string()) return one_line(value.get_ref<const std::string&>());
  if (!value.is_array()) return base::json_text(value);
  std::string out;
  for (const auto& item : value) out += (out.empty() ? "" : ", ") + joined_on_a_line(item);
  return out;
}

std::string line(const char* label, const std::string& text) {
  return text.empty() ? "" : fmt::format("{}: {}\n", pad_left(label, kLabelColumns), text);
}

std::string start_time(const Value& statistics) {
  const Value seconds = member(statistics, "starttime");
  return seconds.is_number_integer() ? base::iso8601(seconds.get<std::int64_t>() * 1000) : "";
}

std::string server(const Value& inventory, const Value& statistics) {
  const auto stat = [&](const char* name) { return joined_on_a_line(member(statistics, name)); };
  return line("Version", joined_on_a_line(member(inventory, "version"))) +
         line("Start Time", start_time(statistics)) + line("Config File", stat("configfile")) +
         line("Collectives", joined_on_a_line(member(inventory, "collectives"))) +
         line("Main Collective", joined_on_a_line(member(inventory, "main_collective"))) +
         line("Process ID", stat("pid")) + line("Total Messages", stat("total")) +
         line("Messages Passed Filters", stat("passed")) +
         line("Messages Filtered", stat("filtered")) +
         line("Expired Messages", stat("ttlexpired")) + line("Replies Sent", stat("replies"));
}

std::string names(const Value& list) {
  std::vector<std::string> texts;
  if (list.is_array())
    for (const auto& item : list) texts.push_back(joined_on_a_line(item));
  return texts.empty() ? "   none\n" : in_columns(texts, kNamesColumns);
}

// Nothing when all agents work: that is what everybody expects.
std::string disabled(const Value& list, const Style& style) {
  if (!list.is_array() || list.empty()) return "";
  std::string out = "\n" + style(Ink::bold, "Disabled Agents:") + "\n";
  for (const auto& each : list)
    out += fmt::format("   {}: {}\n", joined_on_a_line(member(each, "agent")),
                       joined_on_a_line(member(each, "reason")));
  return out;
}

// Nested facts under the dotted names that filters take.
std::string facts(const Value& map, const std::string& above = "") {
  std::string out;
  if (!map.is_object()) return out;
  for (const auto& [name, value] : map.items())
    out += value.is_object() && !value.empty()
               ? facts(value, above + name + ".")
               : fmt::format("   {} => {}\n", one_line(above + name), joined_on_a_line(value));
  return out;
}

}  // namespace

std::string inventory_text(const std::string& node, const Value& inventory, const Value& statistics,
                           const Style& style) {
  const auto title = [&style](std::string_view text) {
    return "\n" + style(Ink::bold, std::string(text) + ":") + "\n";
  };
  return style(Ink::bold, fmt::format("Inventory for {}:", one_line(node))) + "\n" +
         title("Server Statistics") + server(inventory, statistics) + title("Agents") +
         names(member(inventory, "agents")) +
         disabled(member(inventory, "disabled_agents"), style) + title("Data Plugins") +
         names(member(inventory, "data_plugins")) + title("Configuration Management Classes") +
         names(member(inventory, "classes")) + title("Facts") + facts(member(inventory, "facts"));
}

}  // namespace muster::cli::render
