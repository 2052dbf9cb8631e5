#include "plugins/agents/provision/progress.hpp"

#include <fmt/format.h>

#include <array>
#include <nlohmann/json.hpp>

#include "proto/base/files.hpp"

namespace muster::plugins::provision {
namespace {

constexpr int kFormat = 2;
constexpr mode_t kMode = 0644;  // nothing in it is secret, and people look
constexpr std::array kStates{State::waiting, State::claimed, State::failed, State::finished};

Result<State> state_from(const std::string& name) {
  for (const auto state : kStates)
    if (name_of(state) == name) return state;
  return fail(Errc::io, fmt::format("unknown state '{}'", name));
}

Result<Progress> from_json(const nlohmann::json& json) {
  if (const int format = json.at("format"); format != kFormat)
    return fail(Errc::io, fmt::format("format {} is not one this version knows", format));
  Progress progress;
  MUSTER_ASSIGN(progress.state, state_from(json.at("state")));
  progress.owner = json.at("owner");
  progress.lease_expires_at_ms = json.at("lease_expires_at_ms");
  progress.replaced_until_ms = json.value("replaced_until_ms", std::int64_t{0});
  progress.fence = json.at("fence");
  MUSTER_ASSIGN(progress.told, muster::progress::Progress::from_value(json.at("progress")));
  progress.attempts = json.at("attempts");
  progress.round = json.at("round");
  progress.error = json.at("error");
  progress.finished_at_ms = json.at("finished_at_ms");
  for (const auto& [step, run] : json.at("runs").items())
    progress.runs[step] = {run.at("job"), run.at("starts"), run.value("boot_id", "")};
  return progress;
}

nlohmann::json to_json(const Progress& progress) {
  auto runs = nlohmann::json::object();
  for (const auto& [step, run] : progress.runs)
    runs[step] = {{"job", run.job}, {"starts", run.starts}, {"boot_id", run.boot_id}};
  return {{"format", kFormat},
          {"state", name_of(progress.state)},
          {"owner", progress.owner},
          {"lease_expires_at_ms", progress.lease_expires_at_ms},
          {"replaced_until_ms", progress.replaced_until_ms},
          {"fence", progress.fence},
          {"progress", progress.told.to_value()},
          {"attempts", progress.attempts},
          {"round", progress.round},
          {"error", progress.error},
          {"finished_at_ms", progress.finished_at_ms},
          {"runs", runs}};
}

Error damaged(const std::filesystem::path& path, std::string_view why) {
  return {Errc::io,
          fmt::format("{} is damaged: {}; repair it, or 'muster provision again' begins anew",
                      path.string(), why)};
}

}  // namespace

std::string_view name_of(State state) {
  switch (state) {
    case State::waiting:
      return "waiting";
    case State::claimed:
      return "claimed";
    case State::failed:
      return "failed";
    case State::finished:
      return "finished";
  }
  return "waiting";
}

Result<Progress> load_progress(const std::filesystem::path& path) {
  const auto text = base::read_file(path);
  if (!text && text.error().code == Errc::not_found) return Progress();
  if (!text) return fail(damaged(path, text.error().message));
  try {
    auto progress = from_json(nlohmann::json::parse(*text));
    if (!progress) return fail(damaged(path, progress.error().message));
    return progress;
  } catch (const nlohmann::json::exception& error) {
    return fail(damaged(path, error.what()));
  }
}

Status save_progress(const std::filesystem::path& path, const Progress& progress) {
  const auto text = to_json(progress).dump(2, ' ', false, nlohmann::json::error_handler_t::replace);
  return base::write_file(path, text + "\n", kMode);
}

}  // namespace muster::plugins::provision
