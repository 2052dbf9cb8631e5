// One thread that sleeps until a watched process ends.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <thread>

#include "node-agent/jobs/process_id.hpp"
#include "proto/base/guarded.hpp"
#include "proto/base/result.hpp"
#include "proto/base/unique_fd.hpp"

namespace muster::jobs {

// Thread-safe. `on_end` runs on the watcher's thread and may call watch(), not the destructor.
class Watcher {
 public:
  explicit Watcher(std::function<void(const std::string& name)> on_end);
  ~Watcher();
  Watcher(const Watcher&) = delete;
  Watcher& operator=(const Watcher&) = delete;

  // A process that is gone already counts as ended: on_end is called for it all the same. A child of
  // ours is reaped.
  void watch(std::string name, const ProcessId& process);

 private:
  struct State {
    // An empty one: gone before it could be watched.
    std::map<std::string, base::UniqueFd> processes;
    bool stopping = false;
  };
  void run();
  void wake();
  std::map<std::string, int> watched() const;

  const std::function<void(const std::string&)> on_end_;
  const base::UniqueFd wakeup_;
  base::Guarded<State> state_;
  std::thread thread_;  // last: it uses all of the above
};

}  // namespace muster::jobs
