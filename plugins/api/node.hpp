// What a plugin may ask of the node agent that hosts it.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "plugins/api/puppet_paths.hpp"
#include "proto/base/clock.hpp"
#include "proto/base/result.hpp"
#include "proto/base/value.hpp"
#include "proto/ddl/ddl.hpp"

namespace muster::plugins {

// The kind of all jobs that run Puppet, whichever agent starts them: they change what the node tells of itself.
inline constexpr const char* kPuppetJob = "puppet";

struct JobSpec {
  std::string kind;   // kPuppetJob, for one: shown in lists
  std::string key;    // starting a job whose key is known gives that job: idempotent
  std::string title;  // what lists show of it; empty: nothing
  std::vector<std::string> argv;
  std::map<std::string, std::string> environment;
  std::filesystem::path working_folder = "/";
  bool split_output = false;  // stderr in a stream of its own, see Jobs::error_output
  std::chrono::seconds timeout{3600};
};

enum class JobState {
  running,
  finished,
  lost
};  // lost: gone without leaving an exit code (machine rebooted)

struct JobStatus {
  std::string id;
  std::string kind;
  std::string title;
  JobState state = JobState::running;
  int exit_code = 0;  // when finished; 128+N for signal N; 124 at its timeout
  std::int64_t started_at_ms = 0;
  std::int64_t finished_at_ms = 0;
  std::uint64_t output_bytes = 0;  // stdout and stderr together, in the spool
  std::uint64_t error_bytes = 0;   // stderr, of a job that splits its output
};

// Children that may outlive the agent: own session, output and exit code in a spool on disk, found
// again after a restart. Thread-safe.
class Jobs {
 public:
  virtual ~Jobs() = default;
  virtual Result<JobStatus> start(const JobSpec& spec) = 0;
  virtual Result<JobStatus> status(const std::string& id) const = 0;
  // Output from a byte offset, at most `max_bytes`.
  virtual Result<std::string> output(const std::string& id, std::uint64_t offset,
                                     std::size_t max_bytes) const = 0;
  // The same of stderr, for a job that splits its output; empty for others.
  virtual Result<std::string> error_output(const std::string& id, std::uint64_t offset,
                                           std::size_t max_bytes) const;
  // Waits until it no longer runs; its status then, or Errc::timeout at the deadline.
  virtual Result<JobStatus> wait(const std::string& id,
                                 std::chrono::steady_clock::time_point deadline) const = 0;
  virtual Status kill(const std::string& id) = 0;
  virtual std::vector<JobStatus> list() const = 0;
};

// Other people's agent that this node found and does not offer.
struct DisabledAgent {
  std::string name;
  std::string file;    // its description
  std::string reason;  // one line, for people
};

// Thread-safe; lives longer than any plugin.
class Node {
 public:
  virtual ~Node() = default;
  virtual const std::string& identity() const = 0;
  virtual std::string version() const = 0;
  virtual Value facts() const = 0;
  // Collects them now; blocks for as long as external facts' programs take.
  virtual void refresh_facts() {}
  virtual std::vector<std::string> classes() const = 0;
  virtual std::vector<std::string> agents() const = 0;  // active ones, sorted
  // Of the active ones, in that order. Agents come and go while the node runs; these stay valid.
  virtual std::vector<std::shared_ptr<const ddl::Agent>> agent_ddls() const = 0;
  virtual std::vector<DisabledAgent> disabled_agents() const { return {}; }
  virtual std::vector<std::string> data_plugins() const { return {}; }  // active ones, sorted
  // What data plugin `name` answers: its outputs. Checks the argument against its description; may
  // block as long as that allows.
  virtual Result<Value> query_data(const std::string& name,
                                   const std::optional<std::string>& argument) const;
  virtual Value statistics() const = 0;  // of the daemon: rpcutil#daemon_stats
  virtual std::vector<std::string> collectives() const = 0;
  virtual const base::Clock& clock() const = 0;
  virtual const PuppetPaths& puppet() const = 0;
  virtual std::filesystem::path state_folder() const = 0;  // /var/lib/muster
  virtual Jobs& jobs() = 0;
  // Another one after each start of the machine; empty: it cannot be told.
  virtual std::string boot_id() const { return ""; }
  // Starts it anew, program first. Empty: its owner wants nobody to.
  virtual std::vector<std::string> reboot_command() const { return {}; }
  // Connect anew with the certificate that is now in ssldir (after the current reply has been
  // sent).
  virtual void enter_collective() = 0;
  // Why this node could not come back into the collective without a certificate; nothing wrong: it has a join token that is good,
  // as far as a node can tell.
  virtual Status can_join() const { return fail(Errc::aborted, "this node has no join zone"); }
  // Leave the collective, and join as a machine without a certificate (after the current reply has been sent).
  virtual void leave_collective() {}
  // Something that presence tells has changed.
  virtual void presence_changed() = 0;
};

}  // namespace muster::plugins
