#include "plugins/puppet/layout.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "plugins/puppet/layout_cache.hpp"
#include "plugins/puppet/package_layout.hpp"
#include "plugins/puppet/program.hpp"
#include "plugins/puppet/settings.hpp"

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
  for (const auto& [name, member] : text_settings()) paths.*member = found.*member;
  return paths;
}

// A certname that puppet.conf does not set is the host's name of the moment, which may change: not taken.
PuppetPaths with(PuppetPaths paths, const Settings& settings) {
  for (const auto& [name, member] : path_settings()) paths.*member = settings.at(name);
  const auto said = said_in(paths.confdir / "puppet.conf");
  for (const auto& [name, member] : text_settings())
    paths.*member = said.contains(name) ? settings.at(name) : "";
  return paths;
}

bool says_something(const PuppetPaths& packaged) {
  const auto said = said_in(packaged.confdir / "puppet.conf");
  if (std::ranges::any_of(text_settings(),
                          [&](const auto& setting) { return said.contains(setting.name); }))
    return true;
  for (const auto& [name, member] : path_settings())
    if (const auto found = said.find(name);
        found != said.end() && (packaged.*member) != found->second)
      return true;
  return false;
}

// Without a Puppet to ask, what puppet.conf says in so many words holds; other variables than $confdir are Puppet's to know.
PuppetPaths as_written(PuppetPaths paths) {
  constexpr std::string_view kConfdir = "$confdir";
  const auto said = said_in(paths.confdir / "puppet.conf");
  for (const auto& [name, member] : path_settings()) {
    const auto found = said.find(name);
    if (found == said.end()) continue;
    auto value = found->second;
    if (value.starts_with(kConfdir)) value.replace(0, kConfdir.size(), paths.confdir.string());
    if (value.starts_with('/') && value.find('$') == std::string::npos) paths.*member = value;
  }
  for (const auto& [name, member] : text_settings())
    if (const auto found = said.find(name);
        found != said.end() && found->second.find('$') == std::string::npos)
      paths.*member = found->second;
  return paths;
}

PuppetPaths unasked(const PuppetPaths& given, const PuppetPaths& packaged) {
  return merged(given, as_written(merged(given, packaged)));
}

Layout asked(const std::string& program, PuppetPaths given, const PuppetPaths& packaged,
             const fs::path& cache) {
  if (!is_given(given, "confdir")) given.confdir = packaged.confdir;
  if (const auto settings = kept(cache, program, given))
    return {merged(given, with(given, *settings)),
            fmt::format("{} config print, kept in {}", program, cache.string()),
            {}};
  const auto asked_at = fs::file_time_type::clock::now();
  const auto settings = ask(program, given);
  if (!settings)
    return {
        unasked(given, packaged), "packages' defaults",
        settings.error().message +
            "; taken instead is what puppet.conf says in so many words, and its package's paths"};
  keep(cache, program, given, *settings, asked_at);
  return {merged(given, with(given, *settings)), program + " config print", {}};
}

}  // namespace

Layout find_layout(const PuppetPaths& given, const fs::path& cache) {
  std::error_code failed;
  const auto program = find_puppet(given);
  if (!program) {
    const auto package = fs::exists(kVendorFolder, failed) ? Package::vendor : Package::debian;
    return {unasked(given, as_packaged(package)), "packages' defaults: there is no Puppet yet", {}};
  }
  const auto real = fs::canonical(*program, failed);
  const auto package = package_of(failed ? fs::path(*program) : real);
  const auto packaged = as_packaged(package.value_or(Package::debian));
  if (!package || is_given(given, "confdir") || says_something(packaged))
    return asked(*program, given, packaged, cache);
  return {merged(given, packaged),
          *package == Package::vendor ? "the vendor's package" : "Debian's package",
          {}};
}

std::string layout_stamp(const PuppetPaths& found) {
  std::error_code failed;
  const auto program = find_puppet(found).value_or("");
  return fmt::format("{} {} {} {}", program, stamp_of(program),
                     stamp_of(found.confdir / "puppet.conf"), fs::exists(kVendorFolder, failed));
}

}  // namespace muster::plugins::puppet
