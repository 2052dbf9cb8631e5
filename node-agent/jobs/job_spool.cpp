#include "node-agent/jobs/job_spool.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <tuple>

#include "node-agent/jobs/pidfd.hpp"
#include "node-agent/jobs/spawn_supervisor.hpp"
#include "proto/base/encoding.hpp"
#include "proto/base/files.hpp"
#include "proto/base/log.hpp"
#include "proto/base/names.hpp"

namespace muster::jobs {
namespace {

constexpr mode_t kPrivateFolder = 0700;

void remove_job(const JobFolder& folder) {
  std::error_code error;
  std::filesystem::remove_all(folder.path(), error);
  if (error)
    log::warning("cannot remove an old job",
                 {{"folder", folder.path()}, {"reason", error.message()}});
}

std::vector<JobFolder> folders_in(const std::filesystem::path& spool) {
  std::vector<JobFolder> folders;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(spool, error))
    if (is_job_id(entry.path().filename().string())) folders.emplace_back(entry.path());
  return folders;
}

// Empty when there is no such file (yet).
Result<std::string> read_from(const std::filesystem::path& file, std::uint64_t offset,
                              std::size_t max_bytes) {
  const base::UniqueFd fd(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd) return std::string();
  std::string bytes(std::min(max_bytes, kOutputChunkMaxBytes), '\0');
  const auto got = ::pread(fd.get(), bytes.data(), bytes.size(), static_cast<off_t>(offset));
  if (got < 0)
    return fail(Errc::io, fmt::format("cannot read {} at {}: {}", file.string(), offset,
                                      std::strerror(errno)));
  bytes.resize(static_cast<std::size_t>(got));
  return bytes;
}

}  // namespace

Result<std::unique_ptr<JobSpool>> JobSpool::open(Options options, const base::Clock& clock) {
  MUSTER_TRY(base::make_folder(options.folder, kPrivateFolder));
  std::error_code error;
  options.folder = std::filesystem::absolute(options.folder, error);
  if (error || ::access(options.folder.c_str(), W_OK) != 0)
    return fail(Errc::io, fmt::format("cannot write in the job spool {}", options.folder.string()));
  std::unique_ptr<JobSpool> spool(new JobSpool(std::move(options), clock));
  spool->take_up();
  return spool;
}

JobSpool::JobSpool(Options options, const base::Clock& clock)
    : options_(std::move(options)),
      clock_(clock),
      watcher_(std::make_unique<Watcher>([this](const std::string& id) { ended(id); })) {}

void JobSpool::take_up() {
  const base::Locked state(state_);
  for (const auto& folder : folders_in(options_.folder)) {
    const auto spec = folder.read_spec();
    if (!spec) {
      log::warning("removed a job that cannot be read", {{"reason", spec.error().message}});
      remove_job(folder);
      continue;
    }
    if (!spec->job.key.empty()) state->keys[spec->job.key] = folder.id();
    const auto supervisor = folder.read_supervisor();
    if (!supervisor) continue;
    if (!alive(*supervisor)) {
      reap(*supervisor);  // before a reload it was this process that started it
      continue;
    }
    state->watched.insert(folder.id());
    watcher_->watch(folder.id(), *supervisor);
    log::info("took up a running job", {{"job", folder.id()}, {"kind", spec->job.kind}});
  }
  prune(*state);
}

Result<plugins::JobStatus> JobSpool::start(const plugins::JobSpec& spec) {
  if (spec.argv.empty() || spec.argv[0].empty())
    return fail(Errc::invalid_data, "a job needs a program to run");
  if (spec.timeout.count() <= 0)
    return fail(Errc::invalid_data, "a job needs a timeout of at least one second");
  // Held throughout: two calls with one key must not both start it.
  const base::Locked state(state_);
  if (const auto known = state->keys.find(spec.key);
      !spec.key.empty() && known != state->keys.end())
    if (auto status = JobFolder(options_.folder / known->second).status()) return status;
  prune(*state);
  if (state->watched.size() >= options_.limits.running)
    return fail(Errc::limit, fmt::format("{} jobs run already, the limit; wait for one to finish",
                                         options_.limits.running));
  return launch(*state, spec);
}

Result<plugins::JobStatus> JobSpool::launch(State& state, const plugins::JobSpec& spec) {
  const JobFolder folder(options_.folder / base::random_id());
  MUSTER_TRY(base::make_folder(folder.path(), kPrivateFolder));
  auto argv = options_.supervisor_argv;
  argv.push_back(folder.path());
  const auto written = folder.write_spec({spec, clock_.unix_ms()});
  const auto pid = written ? spawn_supervisor(argv) : fail(written.error());
  if (!pid) {
    remove_job(folder);
    return fail(pid.error());
  }
  const auto supervisor = folder.read_supervisor();
  if (!supervisor) {
    // Whoever is told so may start it again: it must not run twice.
    ::kill(*pid, SIGTERM);
    return fail(supervisor.error().within("cannot watch the job, so it was ended"));
  }
  if (!spec.key.empty()) state.keys[spec.key] = folder.id();
  state.watched.insert(folder.id());
  watcher_->watch(folder.id(), *supervisor);
  return folder.status();
}

Result<JobFolder> JobSpool::find(const std::string& id) const {
  JobFolder folder(options_.folder / id);
  if (!is_job_id(id) || !std::filesystem::exists(folder.path()))
    return fail(Errc::not_found,
                fmt::format("no job {} here; it may be older than the {} that are kept",
                            base::quoted(id), options_.limits.kept));
  return folder;
}

Result<plugins::JobStatus> JobSpool::status(const std::string& id) const {
  MUSTER_ASSIGN(const auto folder, find(id));
  return folder.status();
}

Result<std::string> JobSpool::output(const std::string& id, std::uint64_t offset,
                                     std::size_t max_bytes) const {
  MUSTER_ASSIGN(const auto folder, find(id));
  return read_from(folder.output_path(), offset, max_bytes);
}

Result<std::string> JobSpool::error_output(const std::string& id, std::uint64_t offset,
                                           std::size_t max_bytes) const {
  MUSTER_ASSIGN(const auto folder, find(id));
  return read_from(folder.errors_path(), offset, max_bytes);
}

Result<plugins::JobStatus> JobSpool::wait(const std::string& id,
                                          std::chrono::steady_clock::time_point deadline) const {
  {
    base::Locked state(state_);
    if (!state.wait_until(finished_, deadline, [&] { return !state->watched.contains(id); }))
      return fail(Errc::timeout, fmt::format("job {} still runs", id));
  }
  return status(id);
}

Status JobSpool::kill(const std::string& id) {
  MUSTER_ASSIGN(const auto folder, find(id));
  if (folder.read_exit()) return {};
  MUSTER_ASSIGN(const auto supervisor, folder.read_supervisor());
  const auto fd = open_process(supervisor);
  if (!fd) return {};  // it has just ended
  if (::pidfd_send_signal(fd->get(), SIGTERM, nullptr, 0) != 0 && errno != ESRCH)
    return fail(Errc::io, fmt::format("cannot end job {}: {}", id, std::strerror(errno)));
  return {};
}

std::vector<plugins::JobStatus> JobSpool::list() const {
  std::vector<plugins::JobStatus> jobs;
  for (const auto& folder : folders_in(options_.folder))
    if (auto status = folder.status()) jobs.push_back(std::move(*status));
  std::sort(jobs.begin(), jobs.end(), [](const auto& a, const auto& b) {
    return std::tie(a.started_at_ms, a.id) < std::tie(b.started_at_ms, b.id);
  });
  return jobs;
}

void JobSpool::prune(State& state) {
  auto jobs = list();
  std::erase_if(jobs, [](const auto& job) { return job.state == plugins::JobState::running; });
  std::uint64_t bytes = 0;
  for (const auto& folder : folders_in(options_.folder)) bytes += folder.disk_bytes();
  const auto oldest = clock_.unix_ms() - std::chrono::milliseconds(options_.limits.age).count();
  auto left = jobs.size();
  for (const auto& job : jobs) {
    if (left <= options_.limits.kept && bytes <= options_.limits.bytes &&
        job.started_at_ms >= oldest)
      return;
    const JobFolder folder(options_.folder / job.id);
    bytes -= std::min(bytes, folder.disk_bytes());
    --left;
    remove_job(folder);
    std::erase_if(state.keys, [&](const auto& entry) { return entry.second == job.id; });
  }
}

void JobSpool::ended(const std::string& id) {
  state_.with_lock([&](State& state) { state.watched.erase(id); });
  finished_.notify_all();
  if (options_.on_finished) options_.on_finished(id);
}

}  // namespace muster::jobs
