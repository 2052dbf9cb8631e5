#include <fmt/format.h>

#include <cstdlib>

#include "orchestrator/settings/settings.hpp"

namespace muster::settings {
namespace {

constexpr const char* kVariable = "MUSTER_CONFIG";
constexpr const char* kSystemFile = "/etc/muster/muster.yaml";

bool there(const std::filesystem::path& file) {
  std::error_code ignored;  // a folder we may not look into holds nothing for us
  return std::filesystem::exists(file, ignored);
}

Result<std::filesystem::path> named(const std::filesystem::path& file, std::string_view by) {
  if (there(file)) return file;
  return fail(Errc::config, fmt::format("{}, named by {}, does not exist", file.string(), by));
}

}  // namespace

Result<std::filesystem::path> find(const std::optional<std::filesystem::path>& given) {
  if (given && !given->empty()) return named(*given, "--config");
  const char* variable = std::getenv(kVariable);
  if (variable != nullptr && *variable != '\0')
    return named(variable, std::string("$") + kVariable);
  std::string looked;
  if (const char* home = std::getenv("HOME"); home != nullptr && *home != '\0') {
    const auto own = std::filesystem::path(home) / ".config/muster/muster.yaml";
    if (there(own)) return own;
    looked = own.string() + " nor ";
  }
  if (there(kSystemFile)) return std::filesystem::path(kSystemFile);
  return fail(
      Errc::config,
      fmt::format("no configuration: neither {}{} exists, and ${} is not set. 'muster init' "
                  "makes one; --config FILE names another",
                  looked, kSystemFile, kVariable));
}

}  // namespace muster::settings
