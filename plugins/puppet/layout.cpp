#include "plugins/puppet/layout.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "plugins/puppet/package_layout.hpp"
#include "plugins/puppet/program.hpp"
#include "plugins/puppet/settings.hpp"
#include "proto/base/files.hpp"

namespace muster::plugins::puppet {
namespace {

namespace fs = std::filesystem;

constexpr char kVendorFolder[] = "/opt/puppetlabs/puppet";

bool is_given(const PuppetPaths& given, const char* name) {
  return std::find(given.overridden.begin(), given.overridden.end(), name) !=
         given.overridden.end();
}

// `found`, but what agent.yaml gives.
PuppetPaths merged(const PuppetPaths& given, const PuppetPaths& found) {
  auto paths = given;
  for (const auto& [name, member] : path_settings())
    if (!is_given(given, name)) paths.*member = found.*member;
  // As Puppet has it: what lies in vardir moves with it.
  if (is_given(given, "vardir") && !is_given(given, "publicdir")) paths.publicdir.clear();
  return paths;
}

// A folder's time says whether a file in it came or went; a file's whether it changed.
std::string stamp_of(const fs::path& path) {
  std::error_code failed;
  const auto at = fs::last_write_time(path, failed);
  return failed ? "none" : fmt::format("{}", at.time_since_epoch().count());
}

// What the answer hangs on.
nlohmann::json grounds_of(const std::string& program, const PuppetPaths& given) {
  return {{"program", program},
          {"program_at", stamp_of(program)},
          {"puppet_conf_at", stamp_of(given.confdir / "puppet.conf")},
          {"given", overrides(given)}};
}

std::optional<Settings> kept(const fs::path& cache, const nlohmann::json& grounds) {
  const auto text = base::read_file(cache);
  if (!text) return std::nullopt;
  const auto json = nlohmann::json::parse(*text, nullptr, false);
  if (!json.is_object() || json.value("grounds", nlohmann::json()) != grounds) return std::nullopt;
  const auto said = json.value("settings", nlohmann::json());
  Settings settings;
  for (const auto& [name, member] : path_settings()) {
    const auto value = said.is_object() ? said.find(name) : said.end();
    if (value == said.end() || !value->is_string()) return std::nullopt;
    settings[name] = value->get<std::string>();
  }
  return settings;
}

// Not kept is asked again at the next start: no reason to fail.
void keep(const fs::path& cache, const nlohmann::json& grounds, const Settings& settings) {
  nlohmann::json said = nlohmann::json::object();
  for (const auto& [name, path] : settings) said[name] = path.string();
  std::error_code ignored;
  fs::create_directories(cache.parent_path(), ignored);
  static_cast<void>(
      base::write_file(cache, nlohmann::json{{"grounds", grounds}, {"settings", said}}.dump(1)));
}

PuppetPaths with(PuppetPaths paths, const Settings& settings) {
  for (const auto& [name, member] : path_settings()) paths.*member = settings.at(name);
  return paths;
}

bool moves_something(const PuppetPaths& packaged) {
  const auto said = said_in(packaged.confdir / "puppet.conf");
  for (const auto& [name, member] : path_settings())
    if (const auto found = said.find(name);
        found != said.end() && (packaged.*member) != found->second)
      return true;
  return false;
}

Layout asked(const std::string& program, PuppetPaths given, const PuppetPaths& packaged,
             const fs::path& cache) {
  if (!is_given(given, "confdir")) given.confdir = packaged.confdir;
  const auto grounds = grounds_of(program, given);
  if (const auto settings = kept(cache, grounds))
    return {merged(given, with(given, *settings)),
            fmt::format("{} config print, kept in {}", program, cache.string()),
            {}};
  const auto settings = ask(program, given);
  if (!settings)
    return {merged(given, packaged), "packages' defaults",
            settings.error().message + "; taken instead are its package's paths"};
  keep(cache, grounds, *settings);
  return {merged(given, with(given, *settings)), program + " config print", {}};
}

}  // namespace

Layout find_layout(const PuppetPaths& given, const fs::path& cache) {
  std::error_code failed;
  const auto program = find_puppet(given);
  if (!program) {
    const auto package = fs::exists(kVendorFolder, failed) ? Package::vendor : Package::debian;
    return {merged(given, as_packaged(package)), "packages' defaults: there is no Puppet yet", {}};
  }
  const auto real = fs::canonical(*program, failed);
  const auto package = package_of(failed ? fs::path(*program) : real);
  const auto packaged = as_packaged(package.value_or(Package::debian));
  if (!package || is_given(given, "confdir") || moves_something(packaged))
    return asked(*program, given, packaged, cache);
  return {merged(given, packaged),
          *package == Package::vendor ? "the vendor's package" : "Debian's package",
          {}};
}

}  // namespace muster::plugins::puppet
