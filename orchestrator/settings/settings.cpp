#include "orchestrator/settings/settings.hpp"

#include <fmt/format.h>

#include "proto/base/endpoint.hpp"
#include "proto/base/names.hpp"

namespace muster::settings {
namespace {

using base::StrictMap;

void read_brokers(StrictMap& map, std::string_view key, std::vector<std::string>& out) {
  map.texts(key, out);
  if (out.size() > kBrokersMax)
    map.complain(
        key, fmt::format("'{}' names {} brokers; the limit is {}", key, out.size(), kBrokersMax));
  for (const auto& broker : out)
    if (auto endpoint = base::parse_endpoint(broker); !endpoint)
      map.complain(key, fmt::format("'{}': {}", key, endpoint.error().message));
}

void require(StrictMap& map, std::string_view key) {
  if (!map.has(key)) map.complain(key, fmt::format("key '{}' is missing", key));
}

void read_path(StrictMap& map, std::string_view key, const std::filesystem::path& folder,
               std::filesystem::path& out) {
  std::filesystem::path path;
  map.path(key, path);
  if (!path.empty())
    out = (folder / path).lexically_normal();  // an absolute path replaces the folder
}

// In a file, or in a program's hands.
void read_key(StrictMap& map, const std::filesystem::path& folder, Settings& settings) {
  read_path(map, "key", folder, settings.key);
  map.texts("key_program", settings.key_program);
  if (!map.has("key_program")) return require(map, "key");
  if (map.has("key"))
    map.complain("key_program",
                 "'key' and 'key_program' are both there: the key is in a file or "
                 "with a program, not both");
  if (settings.key_program.empty() || settings.key_program.front().empty())
    return map.complain("key_program", "'key_program' names no program");
  auto& program = settings.key_program.front();
  if (program.find('/') != std::string::npos) program = (folder / program).lexically_normal();
}

}  // namespace

Settings read(StrictMap& map, const std::filesystem::path& file) {
  Settings settings;
  settings.file = std::filesystem::absolute(file).lexically_normal();
  const auto folder = settings.folder();
  for (const auto* key : {"brokers", "certificate", "operator_root", "orchestrator_root"})
    require(map, key);
  read_brokers(map, "brokers", settings.brokers);
  if (map.has("brokers") && settings.brokers.empty())
    map.complain("brokers", "'brokers' must name at least one broker");
  map.text("collective", settings.collective);
  if (auto word = base::check_word("collective", settings.collective); !word)
    map.complain("collective", word.error().message);
  read_path(map, "certificate", folder, settings.certificate);
  read_key(map, folder, settings);
  map.boolean("core_dumps", settings.core_dumps);
  read_path(map, "operator_root", folder, settings.operator_root);
  read_path(map, "orchestrator_root", folder, settings.orchestrator_root);
  settings.node_cas = folder / "node-cas";
  read_path(map, "node_cas", folder, settings.node_cas);
  map.map("join", [&](StrictMap& join) {
    read_brokers(join, "join_brokers", settings.join_brokers);
    read_brokers(join, "node_brokers", settings.node_brokers);
  });
  return settings;
}

Result<Settings> load(const std::filesystem::path& file) {
  auto map = StrictMap::from_file(file);
  if (!map) return fail(Errc::config, std::move(map).error().message);
  auto settings = read(*map, file);
  MUSTER_TRY(map->finish());
  return settings;
}

}  // namespace muster::settings
