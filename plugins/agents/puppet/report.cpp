#include "plugins/agents/puppet/report.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <nlohmann/json.hpp>

#include "proto/base/strict_yaml.hpp"

namespace muster::plugins::puppet {
namespace {

constexpr std::string_view kSection = "logs:";
constexpr std::string_view kEntry = "- ";

struct Section {
  std::string text;
  bool cut = false;
};

// From the line "logs:" to the next key of the document itself.
Section read_section(std::istream& report) {
  Section section;
  bool inside = false;
  std::size_t entry_at = 0;
  std::string line;
  while (std::getline(report, line)) {
    if (!inside) {
      inside = line.starts_with(kSection);
      if (inside) section.text = line + "\n";
      continue;
    }
    const bool next_key = !line.empty() && line[0] != ' ' && !line.starts_with(kEntry);
    if (next_key) break;
    if (line.starts_with(kEntry)) entry_at = section.text.size();
    if (section.text.size() + line.size() > kLogsMaxBytes) {
      section.text.resize(entry_at);
      section.cut = true;
      break;
    }
    section.text += line + "\n";
  }
  return section;
}

Value text_of(const Value& entry, const char* key) {
  if (!entry.is_object() || !entry.contains(key) || entry.at(key).is_null()) return "";
  const auto& value = entry.at(key);
  return value.is_string() ? value : Value(value.dump());
}

}  // namespace

Result<Value> last_run_logs(const PuppetPaths& paths) {
  const auto path = paths.state() / "last_run_report.yaml";
  std::ifstream report(path);
  if (!report && errno == ENOENT)
    return fail(Errc::not_found,
                fmt::format("Puppet has not run here yet: there is no {}", path.string()));
  if (!report)
    return fail(Errc::io, fmt::format("cannot read {}: {}", path.string(), std::strerror(errno)));
  const auto section = read_section(report);
  Value logs = Value::array();
  if (section.text.empty()) return logs;
  MUSTER_ASSIGN(const auto document, base::yaml_to_value(section.text, path.string()));
  if (document.is_object() && document.contains("logs") && document.at("logs").is_array())
    for (const auto& entry : document.at("logs"))
      logs.push_back({{"level", text_of(entry, "level")},
                      {"source", text_of(entry, "source")},
                      {"message", text_of(entry, "message")},
                      {"time", text_of(entry, "time")}});
  if (section.cut)
    logs.push_back({{"level", "notice"},
                    {"source", "muster"},
                    {"message", fmt::format("the rest is in {}", path.string())},
                    {"time", ""}});
  return logs;
}

}  // namespace muster::plugins::puppet
