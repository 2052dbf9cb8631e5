#include "node-agent/jobs/job_folder.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "proto/base/files.hpp"

namespace muster::jobs {
namespace {

constexpr mode_t kPrivate = 0600;  // arguments and environment of a job are nobody's business
constexpr std::size_t kIdDigits = 32;

Status write_json(const std::filesystem::path& path, const nlohmann::json& content) {
  return base::write_file(
      path, content.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace), kPrivate);
}

// Gives `read` the parsed file; any misfit in it becomes one error that names the file.
template <class Read>
auto read_json(const std::filesystem::path& path, Read read)
    -> Result<decltype(read(nlohmann::json{}))> {
  MUSTER_ASSIGN(const auto text, base::read_file(path));
  try {
    return read(nlohmann::json::parse(text));
  } catch (const nlohmann::json::exception& error) {
    return fail(Errc::io, fmt::format("{} is damaged: {}", path.string(), error.what()));
  }
}

std::uint64_t size_or_zero(const std::filesystem::path& path) {
  std::error_code error;
  const auto size = std::filesystem::file_size(path, error);
  return error ? 0 : size;
}

}  // namespace

Status JobFolder::write_spec(const Spec& spec) const {
  return write_json(path_ / "spec.json", {{"kind", spec.job.kind},
                                          {"key", spec.job.key},
                                          {"argv", spec.job.argv},
                                          {"title", spec.job.title},
                                          {"environment", spec.job.environment},
                                          {"working_folder", spec.job.working_folder.string()},
                                          {"split_output", spec.job.split_output},
                                          {"timeout_s", spec.job.timeout.count()},
                                          {"started_at_ms", spec.started_at_ms}});
}

Result<JobFolder::Spec> JobFolder::read_spec() const {
  return read_json(path_ / "spec.json", [](const nlohmann::json& json) {
    Spec spec;
    spec.job.kind = json.at("kind");
    spec.job.key = json.at("key");
    spec.job.argv = json.at("argv").get<std::vector<std::string>>();
    spec.job.environment = json.at("environment").get<std::map<std::string, std::string>>();
    // An agent of before may have written it.
    spec.job.title = json.value("title", "");
    spec.job.working_folder = json.value("working_folder", "/");
    spec.job.split_output = json.value("split_output", false);
    spec.job.timeout = std::chrono::seconds(json.at("timeout_s").get<std::int64_t>());
    spec.started_at_ms = json.at("started_at_ms");
    return spec;
  });
}

Status JobFolder::write_supervisor(const ProcessId& process) const {
  return write_json(
      path_ / "supervisor.json",
      {{"pid", process.pid}, {"start_ticks", process.start_ticks}, {"boot_id", process.boot_id}});
}

Result<ProcessId> JobFolder::read_supervisor() const {
  return read_json(path_ / "supervisor.json", [](const nlohmann::json& json) {
    return ProcessId{json.at("pid"), json.at("start_ticks"), json.at("boot_id")};
  });
}

Status JobFolder::write_exit(const JobExit& exit) const {
  return write_json(path_ / "exit.json",
                    {{"exit_code", exit.code}, {"finished_at_ms", exit.finished_at_ms}});
}

std::optional<JobExit> JobFolder::read_exit() const {
  auto exit = read_json(path_ / "exit.json", [](const nlohmann::json& json) {
    return JobExit{json.at("exit_code"), json.at("finished_at_ms")};
  });
  if (!exit) return std::nullopt;
  return *exit;
}

std::uint64_t JobFolder::disk_bytes() const {
  std::uint64_t sum = 0;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(path_, error))
    sum += size_or_zero(entry.path());
  return sum;
}

Result<plugins::JobStatus> JobFolder::status() const {
  MUSTER_ASSIGN(const auto spec, read_spec());
  plugins::JobStatus status;
  status.id = id();
  status.kind = spec.job.kind;
  status.title = spec.job.title;
  status.started_at_ms = spec.started_at_ms;
  auto exit = read_exit();
  if (!exit) {
    const auto supervisor = read_supervisor();
    const bool running = supervisor && alive(*supervisor);
    // It may have written its exit between the two looks; only without one is it lost.
    if (!running) exit = read_exit();
    status.state = running ? plugins::JobState::running : plugins::JobState::lost;
  }
  if (exit) {
    status.state = plugins::JobState::finished;
    status.exit_code = exit->code;
    status.finished_at_ms = exit->finished_at_ms;
  }
  status.output_bytes = size_or_zero(output_path());
  status.error_bytes = size_or_zero(errors_path());
  return status;
}

bool is_job_id(std::string_view text) {
  return text.size() == kIdDigits && std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
         });
}

}  // namespace muster::jobs
