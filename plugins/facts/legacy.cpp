#include <fmt/format.h>

#include <array>
#include <nlohmann/json.hpp>
#include <string>

#include "plugins/facts/collect.hpp"

namespace muster::facts {
namespace {

struct Alias {
  const char* name;
  const char* pointer;  // RFC 6901, into the structured facts
};

constexpr std::array kAliases{
    Alias{"architecture", "/os/architecture"},
    Alias{"hardwaremodel", "/os/hardware"},
    Alias{"operatingsystem", "/os/name"},
    Alias{"operatingsystemrelease", "/os/release/full"},
    Alias{"operatingsystemmajrelease", "/os/release/major"},
    Alias{"osfamily", "/os/family"},
    Alias{"lsbdistid", "/os/distro/id"},
    Alias{"lsbdistcodename", "/os/distro/codename"},
    Alias{"lsbdistdescription", "/os/distro/description"},
    Alias{"lsbdistrelease", "/os/distro/release/full"},
    Alias{"lsbmajdistrelease", "/os/distro/release/major"},
    Alias{"hostname", "/networking/hostname"},
    Alias{"domain", "/networking/domain"},
    Alias{"fqdn", "/networking/fqdn"},
    Alias{"ipaddress", "/networking/ip"},
    Alias{"ipaddress6", "/networking/ip6"},
    Alias{"macaddress", "/networking/mac"},
    Alias{"netmask", "/networking/netmask"},
    Alias{"network", "/networking/network"},
    Alias{"processorcount", "/processors/count"},
    Alias{"physicalprocessorcount", "/processors/physicalcount"},
    Alias{"memorysize", "/memory/system/total"},
    Alias{"swapsize", "/memory/swap/total"},
    Alias{"uptime", "/system_uptime/uptime"},
    Alias{"uptime_days", "/system_uptime/days"},
    Alias{"uptime_hours", "/system_uptime/hours"},
    Alias{"uptime_seconds", "/system_uptime/seconds"},
};

std::string interface_names(const Value& interfaces) {
  std::string names;
  for (const auto& [name, ignored] : interfaces.items()) names += (names.empty() ? "" : ",") + name;
  return names;
}

}  // namespace

void add_legacy(Value& facts) {
  for (const auto& alias : kAliases) {
    const Value::json_pointer pointer(alias.pointer);
    if (facts.contains(pointer)) facts[alias.name] = facts[pointer];
  }
  const Value::json_pointer total("/memory/system/total_bytes");
  if (facts.contains(total))
    facts["memorysize_mb"] = facts[total].get<double>() / (1024.0 * 1024.0);
  const Value::json_pointer interfaces("/networking/interfaces");
  if (facts.contains(interfaces)) facts["interfaces"] = interface_names(facts[interfaces]);
}

}  // namespace muster::facts
