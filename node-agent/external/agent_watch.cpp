#include "node-agent/external/agent_watch.hpp"

#include <sys/eventfd.h>

#include "proto/base/thread_name.hpp"

namespace muster::external {

AgentWatch::AgentWatch(Folders folders, Surroundings around, std::chrono::milliseconds interval,
                       const base::Clock& clock, agent::AgentTable& agents, agent::DataTable& data,
                       std::function<void()> changed)
    : around_(std::move(around)),
      interval_(interval),
      agents_(agents),
      data_(data),
      changed_(std::move(changed)),
      cancel_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
      roster_(
          [folders = std::move(folders)] { return find_agent_files(folders); },
          [this](const AgentFile& agent_file) { return load(agent_file, around_, cancel_.get()); },
          clock),
      thread_([this] { watch(); }) {}

AgentWatch::~AgentWatch() {
  state_.with_lock([](State& state) { state.stopping = true; });
  wake_.notify_all();
  ::eventfd_write(cancel_.get(), 1);
  thread_.join();
}

bool AgentWatch::wait_for_first_look(std::chrono::milliseconds patience) {
  base::Locked state(state_);
  return state.wait_for(wake_, patience, [&] { return state->looked; });
}

void AgentWatch::watch() {
  base::name_thread("agent watch");
  while (!base::Locked(state_)->stopping) {
    const bool changed = roster_.look();
    base::Locked state(state_);
    // At first also when nothing is there: what an earlier watch has left is not ours.
    if ((changed || !state->looked) && !state->stopping) {
      agents_.replace_others(roster_.agents(), roster_.disabled());
      data_.replace_others(roster_.data_plugins());
      changed_();
    }
    if (!state->looked) {
      state->looked = true;
      wake_.notify_all();
    }
    state.wait_for(wake_, roster_.next_look(interval_), [&] { return state->stopping; });
  }
}

}  // namespace muster::external
