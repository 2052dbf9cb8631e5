// Configuration: '0' muster.yaml with its keys, '1' any YAML or JSON document.
#include <nlohmann/json.hpp>

#include "orchestrator/settings/settings.hpp"
#include "proto/base/strict_yaml.hpp"
#include "tests/fuzz/fuzzer.hpp"

using muster::fuzz::require;

MUSTER_FUZZER(configuration) {
  const auto [reader, text] = muster::fuzz::choice_of(muster::fuzz::text_of(data, size), 2);
  if (reader == 1) {
    static_cast<void>(muster::base::yaml_to_value(text, "fuzz.yaml"));
    return 0;
  }
  auto map = muster::base::StrictMap::from_text(text, "muster.yaml");
  if (!map) {
    require(!map.error().message.empty(), "a refused file says why");
    return 0;
  }
  const auto settings = muster::settings::read(*map, "/etc/muster/muster.yaml");
  if (!map->finish()) return 0;
  require(!settings.brokers.empty(), "a good file names a broker");
  require(settings.brokers.size() <= muster::settings::kBrokersMax, "and not too many");
  for (const auto& path : {settings.certificate, settings.key, settings.operator_root})
    require(path.is_absolute(), "paths are absolute");
  return 0;
}
