#include "proto/progress/progress.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

namespace muster::progress {
namespace {

Status read(const Value& map, const char* key, std::string& out) {
  const auto at = map.find(key);
  if (at == map.end()) return {};
  if (!at->is_string() || at->get_ref<const std::string&>().size() > kProgressTextMax)
    return fail(Errc::invalid_data, fmt::format("progress: {} must be a text of {} bytes at most",
                                                key, kProgressTextMax));
  out = *at;
  return {};
}

Status read(const Value& map, const char* key, std::int64_t& out) {
  const auto at = map.find(key);
  if (at == map.end()) return {};
  if (!at->is_number_integer())
    return fail(Errc::invalid_data, fmt::format("progress: {} must be an integer", key));
  out = *at;
  return {};
}

Status read(const Value& map, const char* key, bool& out) {
  const auto at = map.find(key);
  if (at == map.end()) return {};
  if (!at->is_boolean())
    return fail(Errc::invalid_data, fmt::format("progress: {} must be true or false", key));
  out = *at;
  return {};
}

Status read(const Value& map, const char* key, std::set<std::string>& out) {
  const auto at = map.find(key);
  if (at == map.end()) return {};
  if (!at->is_array() || at->size() > kFinishedMax)
    return fail(Errc::invalid_data,
                fmt::format("progress: {} must be a list of {} names at most", key, kFinishedMax));
  for (const auto& name : *at) {
    if (!name.is_string() || name.get_ref<const std::string&>().size() > kProgressTextMax)
      return fail(Errc::invalid_data, fmt::format("progress: {} must be a list of names", key));
    out.insert(name);
  }
  return {};
}

}  // namespace

Value Progress::to_value() const {
  return Value{{"workflow", workflow}, {"workflow_hash", workflow_hash},
               {"finished", finished}, {"master", master},
               {"run_id", run_id},     {"fence", fence},
               {"at_ms", at_ms},       {"started_at_ms", started_at_ms},
               {"attempts", attempts}, {"retries", retries},
               {"untold", untold}};
}

Result<Progress> Progress::from_value(const Value& value) {
  if (!value.is_object()) return fail(Errc::invalid_data, "progress must be a map");
  Progress progress;
  MUSTER_TRY(read(value, "workflow", progress.workflow));
  MUSTER_TRY(read(value, "workflow_hash", progress.workflow_hash));
  MUSTER_TRY(read(value, "finished", progress.finished));
  MUSTER_TRY(read(value, "master", progress.master));
  MUSTER_TRY(read(value, "run_id", progress.run_id));
  MUSTER_TRY(read(value, "fence", progress.fence));
  MUSTER_TRY(read(value, "at_ms", progress.at_ms));
  MUSTER_TRY(read(value, "started_at_ms", progress.started_at_ms));
  MUSTER_TRY(read(value, "attempts", progress.attempts));
  MUSTER_TRY(read(value, "retries", progress.retries));
  MUSTER_TRY(read(value, "untold", progress.untold));
  return progress;
}

}  // namespace muster::progress
