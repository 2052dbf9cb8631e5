#include "plugins/agents/provision/host_step.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "plugins/agents/provision/hosts_file.hpp"
#include "proto/base/files.hpp"

namespace muster::plugins::provision {
namespace {

Result<std::vector<std::string>> texts(const Value& data, const char* key) {
  std::vector<std::string> all;
  for (const auto& item : data.at(key)) {
    if (!item.is_string())
      return fail(Errc::invalid_data,
                  fmt::format("{} must hold strings, not {}", key, item.dump()));
    all.push_back(item.get<std::string>());
  }
  return all;
}

}  // namespace

Result<Value> set_puppet_host(const Node& node, const Value& data) {
  MUSTER_ASSIGN(const auto addresses, texts(data, "addresses"));
  std::vector<std::string> names{"puppet"};
  if (data.contains("names") && !data.at("names").is_null()) {
    MUSTER_ASSIGN(names, texts(data, "names"));
  }
  std::vector<HostEntry> entries;
  for (const auto& address : addresses) entries.push_back({address, names});
  const auto& hosts = node.puppet().hosts_file;
  MUSTER_ASSIGN(const bool changed,
                update_hosts(hosts, node.state_folder() / "hosts.journal", entries));
  MUSTER_ASSIGN(const auto text, base::read_file(hosts, kHostsFileMaxBytes));
  return Value{{"changed", changed}, {"lines", own_lines(text)}};
}

}  // namespace muster::plugins::provision
