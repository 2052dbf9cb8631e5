#include "proto/audit/settings.hpp"

#include <fmt/format.h>

#include <cstdlib>

namespace muster::audit {
namespace {

constexpr std::int64_t kLeastBytes = 65'536;
constexpr std::int64_t kMaxBytes = std::int64_t{1} << 40;
constexpr std::int64_t kKeepMax = 1'000;

}  // namespace

std::filesystem::path default_file(const std::filesystem::path& state_folder) {
  const char* given = std::getenv("LOGS_DIRECTORY");  // NOLINT(concurrency-mt-unsafe): only read
  const std::string logs = given == nullptr ? "" : given;
  return logs.empty() ? state_folder / "audit.log"
                      : std::filesystem::path(logs.substr(0, logs.find(':'))) / "audit.log";
}

void read(base::StrictMap& map, Options& options) {
  map.path("file", options.file);
  map.boolean("journal", options.journal);
  map.integer("max_bytes", options.max_bytes, 0, kMaxBytes);
  if (options.max_bytes > 0 && options.max_bytes < kLeastBytes)
    map.complain("max_bytes",
                 fmt::format("{} is too little: at least {}, or 0 for logrotate's work",
                             options.max_bytes, kLeastBytes));
  map.integer("keep", options.keep, 0, kKeepMax);
  map.boolean("required", options.required);
}

}  // namespace muster::audit
