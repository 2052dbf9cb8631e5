#include <fmt/format.h>

#include <array>
#include <charconv>
#include <string>

#include "orchestrator/broker/mosquitto_conf.hpp"
#include "proto/base/child.hpp"
#include "proto/base/names.hpp"

namespace muster::broker {
namespace {

namespace fs = std::filesystem;

constexpr std::chrono::seconds kVersionPatience{5};
constexpr std::string_view kVersionWords = "mosquitto version ";
// Debian keeps it where only root's PATH looks.
constexpr std::array kPrograms{"mosquitto", "/usr/sbin/mosquitto", "/usr/local/sbin/mosquitto"};
constexpr std::array kPluginFolders{"/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu",
                                    "/usr/lib64", "/usr/local/lib", "/usr/lib"};

// The first two numbers behind the words.
std::optional<MosquittoVersion> version_in(std::string_view said) {
  const auto at = said.find(kVersionWords);
  if (at == std::string_view::npos) return std::nullopt;
  said.remove_prefix(at + kVersionWords.size());
  int major = 0;
  int minor = 0;
  const auto* end = said.data() + said.size();
  const auto first = std::from_chars(said.data(), end, major);
  if (first.ec != std::errc() || first.ptr == end || *first.ptr != '.') return std::nullopt;
  if (std::from_chars(first.ptr + 1, end, minor).ec != std::errc()) return std::nullopt;
  const bool later = major > 2 || (major == 2 && minor >= 1);
  return later ? MosquittoVersion::v2_1 : MosquittoVersion::v2_0;
}

}  // namespace

Result<MosquittoVersion> mosquitto_version_from(std::string_view text) {
  if (text == "2.0") return MosquittoVersion::v2_0;
  if (text == "2.1") return MosquittoVersion::v2_1;
  return fail(Errc::config,
              fmt::format("--mosquitto is 2.0, or 2.1 for that and later ones, not {}",
                          base::quoted(text)));
}

std::optional<MosquittoVersion> installed_mosquitto() {
  for (const auto* program : kPrograms) {
    base::ChildSpec spec;
    spec.argv = {program, "-h"};
    spec.timeout = kVersionPatience;
    const auto said = base::run_child(spec);  // its exit code is not 0 for -h
    if (!said) continue;
    if (const auto version = version_in(said->out + said->err)) return version;
  }
  return std::nullopt;
}

fs::path mosquitto_plugins() {
  std::error_code ignored;
  for (const auto* folder : kPluginFolders)
    if (fs::exists(fs::path(folder) / "mosquitto_acl_file.so", ignored)) return folder;
  return kPluginFolders.back();
}

}  // namespace muster::broker
