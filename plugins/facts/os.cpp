#include <sys/utsname.h>

#include <array>
#include <nlohmann/json.hpp>
#include <string>

#include "plugins/facts/collect.hpp"
#include "plugins/facts/text.hpp"

namespace muster::facts {
namespace {

struct Distribution {
  std::string_view id;  // os-release(5)
  std::string_view name;
  std::string_view family;
};

// Facter's spellings.
constexpr std::array kDistributions{
    Distribution{"debian", "Debian", "Debian"},
    Distribution{"ubuntu", "Ubuntu", "Debian"},
    Distribution{"raspbian", "Raspbian", "Debian"},
    Distribution{"linuxmint", "LinuxMint", "Debian"},
    Distribution{"devuan", "Devuan", "Debian"},
    Distribution{"rhel", "RedHat", "RedHat"},
    Distribution{"centos", "CentOS", "RedHat"},
    Distribution{"rocky", "Rocky", "RedHat"},
    Distribution{"almalinux", "AlmaLinux", "RedHat"},
    Distribution{"fedora", "Fedora", "RedHat"},
    Distribution{"ol", "OracleLinux", "RedHat"},
    Distribution{"amzn", "Amazon", "RedHat"},
    Distribution{"sles", "SLES", "Suse"},
    Distribution{"opensuse-leap", "openSUSE", "Suse"},
    Distribution{"arch", "Archlinux", "Archlinux"},
    Distribution{"alpine", "Alpine", "Alpine"},
    Distribution{"gentoo", "Gentoo", "Gentoo"},
    Distribution{"mageia", "Mageia", "Mandrake"},
};

const Distribution* find_distribution(std::string_view id) {
  for (const auto& known : kDistributions)
    if (known.id == id) return &known;
  return nullptr;
}

// Unknown ones take the family of the first relative that we know.
std::string family_of(const std::string& id, const std::string& relatives) {
  if (const auto* known = find_distribution(id)) return std::string(known->family);
  for (const auto& relative : words_of(relatives))
    if (const auto* known = find_distribution(relative)) return std::string(known->family);
  return "Linux";
}

// "12.11" gives full, major and minor; Ubuntu's major release is its whole "22.04".
Value release_of(const std::string& full, const std::string& id) {
  if (id == "ubuntu") return {{"full", full}, {"major", full}};
  const auto dot = full.find('.');
  Value release{{"full", full}, {"major", full.substr(0, dot)}};
  if (dot != std::string::npos)
    release["minor"] = full.substr(dot + 1, full.find('.', dot + 1) - dot - 1);
  return release;
}

std::string architecture_of(const std::string& machine, const std::string& family) {
  if (family != "Debian") return machine;
  if (machine == "x86_64") return "amd64";
  const bool is_32_bit = machine.size() == 4 && machine.front() == 'i' && machine.ends_with("86");
  return is_32_bit ? "i386" : machine;
}

}  // namespace

void add_os(const std::filesystem::path& root, Value& facts) {
  auto release_file = read_assignments(root / "etc/os-release");
  const std::string id = release_file["ID"];
  const auto* known = find_distribution(id);
  const std::string name = known != nullptr ? std::string(known->name) : id;
  const std::string family = family_of(id, release_file["ID_LIKE"]);

  std::string full = release_file["VERSION_ID"];
  // os-release knows only "12"; the point release stands here. Testing says "trixie/sid", which is
  // no number.
  const auto point_release = read_system_file(root / "etc/debian_version");
  if (id == "debian" && !point_release.empty() && point_release.find('/') == std::string::npos)
    full = point_release;

  utsname machine{};
  ::uname(&machine);
  Value os{{"name", name}, {"family", family}, {"hardware", machine.machine}};
  os["architecture"] = architecture_of(machine.machine, family);
  os["selinux"]["enabled"] = std::filesystem::exists(root / "sys/fs/selinux/enforce");
  os["distro"] = {{"id", name}, {"description", release_file["PRETTY_NAME"]}};
  if (!release_file["VERSION_CODENAME"].empty())
    os["distro"]["codename"] = release_file["VERSION_CODENAME"];
  if (!full.empty()) os["release"] = os["distro"]["release"] = release_of(full, id);
  facts["os"] = std::move(os);
}

}  // namespace muster::facts
