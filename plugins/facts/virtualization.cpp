#if defined(__x86_64__) || defined(__i386__)
#include <cpuid.h>
#endif

#include <array>
#include <cstring>
#include <nlohmann/json.hpp>
#include <string>

#include "plugins/facts/collect.hpp"
#include "plugins/facts/text.hpp"

namespace muster::facts {
namespace {

struct Sign {
  std::string_view text;
  std::string_view technology;  // Facter's word
};

// What firmware calls itself; the first sign found decides.
constexpr std::array kFirmwareSigns{
    Sign{"VMware", "vmware"},
    Sign{"VirtualBox", "virtualbox"},
    Sign{"Parallels", "parallels"},
    Sign{"Virtual Machine", "hyperv"},
    Sign{"Xen", "xen"},
    Sign{"Google", "gce"},
    Sign{"Amazon EC2", "kvm"},
    Sign{"OpenStack", "kvm"},
    Sign{"RHEV", "rhev"},
    Sign{"oVirt", "ovirt"},
    Sign{"QEMU", "kvm"},
    Sign{"KVM", "kvm"},
    Sign{"Bochs", "bochs"},
};

constexpr std::array kProcessorSigns{
    Sign{"KVMKVMKVM", "kvm"},    Sign{"VMwareVMware", "vmware"}, Sign{"Microsoft Hv", "hyperv"},
    Sign{"XenVMMXenVMM", "xen"}, Sign{"TCGTCGTCGTCG", "kvm"},    Sign{"bhyve bhyve ", "bhyve"},
};

std::string container(const std::filesystem::path& root) {
  if (std::filesystem::exists(root / ".dockerenv")) return "docker";
  if (std::filesystem::exists(root / "run/.containerenv")) return "podman";
  const auto manager = read_system_file(root / "run/systemd/container");
  return manager == "systemd-nspawn" ? "systemd_nspawn" : manager;
}

std::string from_firmware(const std::filesystem::path& root) {
  std::string names;
  for (const auto* file : {"sys_vendor", "product_name", "bios_vendor"})
    names += read_system_file(root / "sys/class/dmi/id" / file) + "\n";
  for (const auto& sign : kFirmwareSigns)
    if (names.find(sign.text) != std::string::npos) return std::string(sign.technology);
  return "";
}

// Small virtual machines (Firecracker) have no firmware, but the processor still tells.
std::string from_processor() {
#if defined(__x86_64__) || defined(__i386__)
  unsigned a = 0, b = 0, c = 0, d = 0;
  if (__get_cpuid(1, &a, &b, &c, &d) == 0 || (c & (1U << 31U)) == 0) return "";
  constexpr unsigned kHypervisorLeaf = 0x40000000;
  __cpuid(kHypervisorLeaf, a, b, c, d);
  const std::array parts{b, c, d};
  std::string signature(sizeof parts, '\0');
  std::memcpy(signature.data(), parts.data(), sizeof parts);
  for (const auto& sign : kProcessorSigns)
    if (signature.starts_with(sign.text)) return std::string(sign.technology);
  return "unknown";
#else
  return "";
#endif
}

}  // namespace

void add_virtualization(const std::filesystem::path& root, Value& facts) {
  std::string technology = container(root);
  if (technology.empty()) technology = from_firmware(root);
  if (technology.empty()) technology = from_processor();
  facts["is_virtual"] = !technology.empty();
  facts["virtual"] = technology.empty() ? "physical" : technology;
}

}  // namespace muster::facts
