#include "plugins/agents/puppet/last_run.hpp"

#include <fmt/format.h>

#include "proto/base/files.hpp"
#include "proto/base/strict_yaml.hpp"

namespace muster::plugins::puppet {
namespace {

constexpr std::size_t kSummaryMaxBytes = 256 * 1024;

// A member two levels down, or `otherwise` when Puppet left it out: a run that failed early writes
// only a part.
Value at(const Value& summary, const char* section, const char* key, Value otherwise) {
  if (!summary.is_object() || !summary.contains(section)) return otherwise;
  const auto& inner = summary.at(section);
  if (!inner.is_object() || !inner.contains(key) || inner.at(key).is_null()) return otherwise;
  return inner.at(key);
}

}  // namespace

Result<Value> last_run_summary(const PuppetPaths& paths) {
  const auto path = paths.summary_folder() / "last_run_summary.yaml";
  const auto text = base::read_file(path, kSummaryMaxBytes);
  if (!text && text.error().code == Errc::not_found)
    return fail(Errc::not_found,
                fmt::format("Puppet has not run here yet: there is no {}", path.string()));
  if (!text) return fail(text.error());
  return base::yaml_to_value(*text, path.string());
}

std::int64_t last_run_s(const PuppetPaths& paths) {
  const auto summary = last_run_summary(paths);
  if (!summary) return 0;
  const auto when = at(*summary, "time", "last_run", 0);
  return when.is_number_integer() ? when.get<std::int64_t>() : 0;
}

Value summary_reply(const Value& summary, std::int64_t now_s) {
  const auto lastrun = at(summary, "time", "last_run", 0);
  const auto version = at(summary, "version", "config", "");
  return {{"out_of_sync_resources", at(summary, "resources", "out_of_sync", 0)},
          {"failed_resources", at(summary, "resources", "failed", 0)},
          {"changed_resources", at(summary, "resources", "changed", 0)},
          {"corrected_resources", at(summary, "resources", "corrective_change", 0)},
          {"total_resources", at(summary, "resources", "total", 0)},
          {"config_retrieval_time", at(summary, "time", "config_retrieval", 0.0)},
          {"total_time", at(summary, "time", "total", 0.0)},
          {"config_version", version.is_string() ? version.get<std::string>() : version.dump()},
          {"lastrun", lastrun},
          {"since_lastrun", lastrun.is_number_integer() ? now_s - lastrun.get<std::int64_t>() : -1},
          {"summary", summary}};
}

}  // namespace muster::plugins::puppet
