#include <arpa/inet.h>
#include <ifaddrs.h>
#include <netinet/in.h>
#include <unistd.h>

#include <array>
#include <charconv>
#include <cstring>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "plugins/facts/collect.hpp"
#include "plugins/facts/text.hpp"

namespace muster::facts {
namespace {

constexpr std::size_t kInterfacesMax = 256;  // a container host may have thousands; facts travel

// An address of either family as its bytes.
struct Address {
  int family = AF_UNSPEC;
  std::array<unsigned char, 16> bytes{};

  std::string text() const {
    std::array<char, INET6_ADDRSTRLEN> out{};
    ::inet_ntop(family, bytes.data(), out.data(), out.size());
    return out.data();
  }
  Address masked_by(const Address& mask) const {
    Address network = *this;
    for (std::size_t i = 0; i < bytes.size(); ++i) network.bytes[i] &= mask.bytes[i];
    return network;
  }
};

std::optional<Address> address_of(const sockaddr* socket_address) {
  if (socket_address == nullptr) return std::nullopt;
  Address address;
  address.family = socket_address->sa_family;
  if (address.family == AF_INET) {
    sockaddr_in in{};
    std::memcpy(&in, socket_address, sizeof in);
    std::memcpy(address.bytes.data(), &in.sin_addr, sizeof in.sin_addr);
    return address;
  }
  if (address.family == AF_INET6) {
    sockaddr_in6 in6{};
    std::memcpy(&in6, socket_address, sizeof in6);
    std::memcpy(address.bytes.data(), &in6.sin6_addr, sizeof in6.sin6_addr);
    return address;
  }
  return std::nullopt;
}

std::string scope_of(const Address& address) {
  in6_addr in6{};
  std::memcpy(&in6, address.bytes.data(), sizeof in6);
  if (IN6_IS_ADDR_LOOPBACK(&in6)) return "host";
  if (IN6_IS_ADDR_LINKLOCAL(&in6)) return "link";
  return IN6_IS_ADDR_SITELOCAL(&in6) ? "site" : "global";
}

void add_binding(const ifaddrs& entry, Value& interfaces) {
  const auto address = address_of(entry.ifa_addr);
  const auto mask = address_of(entry.ifa_netmask);
  if (!address || !mask) return;
  Value binding{{"address", address->text()},
                {"netmask", mask->text()},
                {"network", address->masked_by(*mask).text()}};
  const bool v6 = address->family == AF_INET6;
  if (v6) binding["scope6"] = scope_of(*address);
  interfaces[entry.ifa_name][v6 ? "bindings6" : "bindings"].push_back(std::move(binding));
}

// An interface's own ip, netmask … are those of its first binding, of IPv6 the first that is not
// link-local.
void promote_bindings(Value& interface) {
  if (interface.contains("bindings")) {
    const auto& first = interface["bindings"].front();
    interface["ip"] = first["address"];
    interface["netmask"] = first["netmask"];
    interface["network"] = first["network"];
  }
  if (!interface.contains("bindings6")) return;
  const auto& all = interface["bindings6"];
  const Value* best = &all.front();
  for (const auto& binding : all)
    if ((*best)["scope6"] == "link" && binding["scope6"] != "link") best = &binding;
  interface["ip6"] = (*best)["address"];
  interface["netmask6"] = (*best)["netmask"];
  interface["network6"] = (*best)["network"];
  interface["scope6"] = (*best)["scope6"];
}

void add_link(const std::filesystem::path& folder, Value& interface) {
  const auto mtu = read_system_file(folder / "mtu");
  std::int64_t bytes = 0;
  if (std::from_chars(mtu.data(), mtu.data() + mtu.size(), bytes).ec == std::errc())
    interface["mtu"] = bytes;
  const auto mac = read_system_file(folder / "address");
  if (!mac.empty() && mac != "00:00:00:00:00:00") interface["mac"] = mac;
}

Value interfaces_of(const std::filesystem::path& root) {
  Value interfaces = Value::object();
  ifaddrs* list = nullptr;
  if (::getifaddrs(&list) != 0) return interfaces;
  const std::unique_ptr<ifaddrs, decltype(&::freeifaddrs)> owner(list, &::freeifaddrs);
  for (const ifaddrs* entry = list; entry != nullptr; entry = entry->ifa_next) {
    if (interfaces.size() >= kInterfacesMax && !interfaces.contains(entry->ifa_name)) continue;
    interfaces[entry->ifa_name];  // one without addresses is still an interface
    add_binding(*entry, interfaces);
  }
  for (auto& [name, interface] : interfaces.items()) {
    if (interface.is_null()) interface = Value::object();
    promote_bindings(interface);
    add_link(root / "sys/class/net" / name, interface);
  }
  return interfaces;
}

// The interface of the default route, else the first that has an address and is not the loopback.
std::string primary_interface(const std::filesystem::path& root, const Value& interfaces) {
  std::string primary;
  for_each_line(read_system_file(root / "proc/net/route"), [&](std::string_view line) {
    const auto words = words_of(line);  // interface, destination, gateway, …
    if (primary.empty() && words.size() > 2 && words[1] == "00000000") primary = words[0];
  });
  if (!primary.empty() && interfaces.contains(primary)) return primary;
  for (const auto& [name, interface] : interfaces.items())
    if (name != "lo" && interface.contains("ip")) return name;
  for (const auto& [name, interface] : interfaces.items())
    if (name != "lo" && interface.value("scope6", "link") != "link") return name;
  return "";
}

// The domain that /etc/hosts gives our name, else the resolver's. DNS is not asked: it may take
// seconds.
std::string domain_of(const std::filesystem::path& root, const std::string& hostname) {
  std::string domain;
  for_each_line(read_system_file(root / "etc/hosts"), [&](std::string_view line) {
    const auto words = words_of(line.substr(0, line.find('#')));
    for (std::size_t i = 1; i < words.size() && domain.empty(); ++i)
      if (words[i].starts_with(hostname + ".")) domain = words[i].substr(hostname.size() + 1);
  });
  if (!domain.empty()) return domain;
  for_each_line(read_system_file(root / "etc/resolv.conf"), [&](std::string_view line) {
    const auto words = words_of(line);
    if (words.size() < 2) return;
    if (words[0] == "domain" || (words[0] == "search" && domain.empty())) domain = words[1];
  });
  if (domain.ends_with('.')) domain.pop_back();
  return domain;
}

void add_names(const std::filesystem::path& root, Value& networking) {
  std::array<char, 256> name{};
  if (::gethostname(name.data(), name.size() - 1) != 0) return;
  const std::string whole = name.data();
  const auto dot = whole.find('.');
  const auto hostname = whole.substr(0, dot);
  const auto domain = dot == std::string::npos ? domain_of(root, hostname) : whole.substr(dot + 1);
  networking["hostname"] = hostname;
  networking["fqdn"] = domain.empty() ? hostname : hostname + "." + domain;
  if (!domain.empty()) networking["domain"] = domain;
}

}  // namespace

void add_networking(const std::filesystem::path& root, Value& facts) {
  Value networking = Value::object();
  add_names(root, networking);
  Value interfaces = interfaces_of(root);
  const auto primary = primary_interface(root, interfaces);
  if (!primary.empty()) {
    networking["primary"] = primary;
    for (const auto& [key, value] : interfaces[primary].items())
      if (!value.is_array()) networking[key] = value;
  }
  networking["interfaces"] = std::move(interfaces);
  facts["networking"] = std::move(networking);
}

}  // namespace muster::facts
