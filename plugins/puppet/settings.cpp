#include "plugins/puppet/settings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <sstream>

#include "proto/base/child.hpp"
#include "proto/base/files.hpp"
#include "proto/base/names.hpp"

namespace muster::plugins::puppet {
namespace {

constexpr std::array kPathSettings{PathSetting{"confdir", &PuppetPaths::confdir},
                                   PathSetting{"ssldir", &PuppetPaths::ssldir},
                                   PathSetting{"vardir", &PuppetPaths::vardir},
                                   PathSetting{"statedir", &PuppetPaths::statedir},
                                   PathSetting{"publicdir", &PuppetPaths::publicdir},
                                   PathSetting{"rundir", &PuppetPaths::rundir},
                                   PathSetting{"logdir", &PuppetPaths::logdir},
                                   PathSetting{"classfile", &PuppetPaths::classfile},
                                   PathSetting{"pidfile", &PuppetPaths::pidfile},
                                   PathSetting{"cadir", &PuppetPaths::cadir}};

bool is_path_setting(std::string_view name) {
  return std::any_of(kPathSettings.begin(), kPathSettings.end(),
                     [&](const PathSetting& setting) { return name == setting.name; });
}

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

// Puppet warns on stdout too; what is no "name = /path" of ours is passed over.
Settings parsed(const std::string& printed) {
  Settings settings;
  std::istringstream lines(printed);
  for (std::string line; std::getline(lines, line);) {
    const auto equals = line.find(" = ");
    if (equals == std::string::npos) continue;
    const auto name = line.substr(0, equals);
    const std::filesystem::path value = trimmed(line).substr(equals + 3);
    if (is_path_setting(name) && value.is_absolute()) settings[name] = value;
  }
  return settings;
}

}  // namespace

std::span<const PathSetting> path_settings() {
  return kPathSettings;
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
  const auto given = overrides(paths);
  spec.argv.insert(spec.argv.end(), given.begin(), given.end());
  spec.timeout = kAskTimeout;
  MUSTER_ASSIGN(const auto result, base::run_child(spec));
  if (result.exit_code != 0)
    return fail(Errc::config,
                fmt::format("'{} config print' ended with {}: {}", program, result.exit_code,
                            base::quoted(result.err.empty() ? result.out : result.err)));
  auto settings = parsed(result.out);
  for (const auto& setting : kPathSettings)
    if (!settings.contains(setting.name))
      return fail(Errc::config, fmt::format("'{} config print' says no absolute path for {}: {}",
                                            program, setting.name, base::quoted(result.out)));
  return settings;
}

std::map<std::string, std::string> said_in(const std::filesystem::path& puppet_conf) {
  std::map<std::string, std::string> in_main;
  std::map<std::string, std::string> in_agent;
  const auto text = base::read_file(puppet_conf);
  if (!text) return {};
  std::istringstream lines(*text);
  std::string section = "main";
  for (std::string line; std::getline(lines, line);) {
    const auto rest = trimmed(line);
    if (rest.starts_with('[') && rest.ends_with(']')) section = rest.substr(1, rest.size() - 2);
    const auto equals = rest.find('=');
    if (equals == std::string_view::npos || rest.starts_with('#')) continue;
    const std::string name(trimmed(rest.substr(0, equals)));
    if (!is_path_setting(name)) continue;
    if (section == "main") in_main[name] = trimmed(rest.substr(equals + 1));
    if (section == "agent") in_agent[name] = trimmed(rest.substr(equals + 1));
  }
  in_agent.merge(in_main);
  return in_agent;
}

}  // namespace muster::plugins::puppet
