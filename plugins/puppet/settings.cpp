#include "plugins/puppet/settings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <sstream>

#include "proto/base/child.hpp"
#include "proto/base/files.hpp"
#include "proto/base/names.hpp"
#include "proto/base/text.hpp"

namespace muster::plugins::puppet {
namespace {

constexpr std::array kPathSettings{
    PathSetting{"confdir", &PuppetPaths::confdir},
    PathSetting{"ssldir", &PuppetPaths::ssldir},
    PathSetting{"vardir", &PuppetPaths::vardir},
    PathSetting{"statedir", &PuppetPaths::statedir},
    PathSetting{"publicdir", &PuppetPaths::publicdir},
    PathSetting{"rundir", &PuppetPaths::rundir},
    PathSetting{"logdir", &PuppetPaths::logdir},
    PathSetting{"classfile", &PuppetPaths::classfile},
    PathSetting{"pidfile", &PuppetPaths::pidfile},
    PathSetting{"cadir", &PuppetPaths::cadir},
    PathSetting{"csr_attributes", &PuppetPaths::csr_attributes},
    PathSetting{"trusted_oid_mapping_file", &PuppetPaths::trusted_oid_mapping_file}};

constexpr std::array kTextSettings{TextSetting{"certname", &PuppetPaths::certname},
                                   TextSetting{"dns_alt_names", &PuppetPaths::dns_alt_names},
                                   TextSetting{"ca_fingerprint", &PuppetPaths::ca_fingerprint}};

template <typename Table>
bool is_in(const Table& table, std::string_view name) {
  return std::any_of(table.begin(), table.end(),
                     [&](const auto& setting) { return name == setting.name; });
}

bool is_ours(std::string_view name) {
  return is_in(kPathSettings, name) || is_in(kTextSettings, name);
}

std::string_view unquoted(std::string_view text) {
  const bool is_quoted = text.size() > 1 && text.front() == text.back() &&
                         (text.front() == '"' || text.front() == '\'');
  return is_quoted ? text.substr(1, text.size() - 2) : text;
}

// Puppet warns on stdout too; what is no "name = value" of ours, or a path that is not absolute, is passed over.
Settings parsed(const std::string& printed) {
  Settings settings;
  std::istringstream lines(printed);
  for (std::string line; std::getline(lines, line);) {
    const auto equals = line.find(" = ");
    if (equals == std::string::npos) continue;
    const auto name = line.substr(0, equals);
    const auto value = base::trimmed(std::string_view(line).substr(equals + 3));
    if (is_in(kTextSettings, name) || (is_in(kPathSettings, name) && value.starts_with('/')))
      settings[name] = value;
  }
  return settings;
}

}  // namespace

std::span<const PathSetting> path_settings() {
  return kPathSettings;
}

std::span<const TextSetting> text_settings() {
  return kTextSettings;
}

std::vector<std::string> overrides(const PuppetPaths& paths) {
  std::vector<std::string> argv;
  for (const auto& [name, member] : kPathSettings)
    if (std::find(paths.overridden.begin(), paths.overridden.end(), name) != paths.overridden.end())
      argv.insert(argv.end(), {fmt::format("--{}", name), (paths.*member).string()});
  return argv;
}

Result<Settings> ask(const std::string& program, const PuppetPaths& paths) {
  base::ChildSpec spec;
  spec.argv = {program, "config", "print", "--section", "agent"};
  for (const auto& setting : kPathSettings) spec.argv.emplace_back(setting.name);
  for (const auto& setting : kTextSettings) spec.argv.emplace_back(setting.name);
  const auto given = overrides(paths);
  spec.argv.insert(spec.argv.end(), given.begin(), given.end());
  spec.timeout = kAskTimeout;
  MUSTER_ASSIGN(const auto result, base::run_child(spec));
  if (result.exit_code != 0)
    return fail(Errc::config,
                fmt::format("'{} config print' ended with {}: {}", program, result.exit_code,
                            base::quoted(result.err.empty() ? result.out : result.err)));
  // Of a puppet.conf that it cannot read it says so, prints what would hold without it, and ends with 0.
  if (result.err.find("Error: ") != std::string::npos)
    return fail(Errc::config,
                fmt::format("'{} config print' says {}", program, base::quoted(result.err)));
  auto settings = parsed(result.out);
  for (const auto& setting : kPathSettings)
    if (!settings.contains(setting.name))
      return fail(Errc::config, fmt::format("'{} config print' says no absolute path for {}: {}",
                                            program, setting.name, base::quoted(result.out)));
  for (const auto& setting : kTextSettings)
    if (!settings.contains(setting.name))
      return fail(Errc::config, fmt::format("'{} config print' says nothing of {}: {}", program,
                                            setting.name, base::quoted(result.out)));
  return settings;
}

Settings said_in(const std::filesystem::path& puppet_conf) {
  Settings in_main;
  Settings in_agent;
  const auto text = base::read_file(puppet_conf);
  if (!text) return {};
  std::istringstream lines(*text);
  std::string section = "main";
  for (std::string line; std::getline(lines, line);) {
    const auto rest = base::trimmed(line);
    if (rest.starts_with('[') && rest.ends_with(']')) section = rest.substr(1, rest.size() - 2);
    const auto equals = rest.find('=');
    if (equals == std::string_view::npos || rest.starts_with('#')) continue;
    const std::string name(base::trimmed(rest.substr(0, equals)));
    if (!is_ours(name)) continue;
    const auto value = unquoted(base::trimmed(rest.substr(equals + 1)));
    if (section == "main") in_main.emplace(name, value);
    if (section == "agent") in_agent.emplace(name, value);
  }
  in_agent.merge(in_main);
  return in_agent;
}

}  // namespace muster::plugins::puppet
