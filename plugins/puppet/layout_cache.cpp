#include "plugins/puppet/layout_cache.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "proto/base/files.hpp"

namespace muster::plugins::puppet {
namespace {

namespace fs = std::filesystem;

// What the answer hangs on. `confdir` is Puppet's word: of a program of unknown origin nobody else knows it.
nlohmann::json grounds_of(const std::string& program, const PuppetPaths& given,
                          const fs::path& confdir) {
  return {{"program", program},
          {"program_at", stamp_of(program)},
          {"puppet_conf_at", stamp_of(confdir / "puppet.conf")},
          {"given", overrides(given)}};
}

Settings texts_in(const nlohmann::json& object) {
  Settings settings;
  if (!object.is_object()) return settings;
  for (const auto& [name, value] : object.items())
    if (value.is_string()) settings[name] = value.get<std::string>();
  return settings;
}

}  // namespace

std::string stamp_of(const fs::path& path) {
  std::error_code failed;
  const auto at = fs::last_write_time(path, failed);
  return failed ? "none" : fmt::format("{}", at.time_since_epoch().count());
}

std::optional<Settings> kept(const fs::path& cache, const std::string& program,
                             const PuppetPaths& given) {
  const auto text = base::read_file(cache);
  if (!text) return std::nullopt;
  const auto json = nlohmann::json::parse(*text, nullptr, false);
  if (!json.is_object()) return std::nullopt;
  auto settings = texts_in(json.value("settings", nlohmann::json()));
  const auto is_kept = [&](const auto& setting) { return settings.contains(setting.name); };
  if (!std::ranges::all_of(path_settings(), is_kept) ||
      !std::ranges::all_of(text_settings(), is_kept))
    return std::nullopt;
  if (json.value("grounds", nlohmann::json()) != grounds_of(program, given, settings.at("confdir")))
    return std::nullopt;
  return settings;
}

void keep(const fs::path& cache, const std::string& program, const PuppetPaths& given,
          const Settings& said, fs::file_time_type asked_at) {
  const fs::path confdir = said.at("confdir");
  std::error_code failed;
  const auto changed_at = fs::last_write_time(confdir / "puppet.conf", failed);
  if (!failed && changed_at >= asked_at) return;
  std::error_code ignored;
  fs::create_directories(cache.parent_path(), ignored);
  static_cast<void>(base::write_file(
      cache,
      nlohmann::json{{"grounds", grounds_of(program, given, confdir)}, {"settings", said}}.dump(
          1)));
}

}  // namespace muster::plugins::puppet
