#include "node-agent/jobs/watcher.hpp"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/wait.h>

#include <vector>

#include "proto/base/thread_name.hpp"

namespace muster::jobs {

Watcher::Watcher(std::function<void(const std::string&)> on_end)
    : on_end_(std::move(on_end)),
      wakeup_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
      thread_([this] { run(); }) {}

Watcher::~Watcher() {
  state_.with_lock([](State& state) { state.stopping = true; });
  wake();
  thread_.join();
}

void Watcher::watch(std::string name, const ProcessId& process) {
  auto fd = open_process(process);
  if (!fd) reap(process);
  state_.with_lock([&](State& state) {
    state.processes[std::move(name)] = fd ? std::move(*fd) : base::UniqueFd();
  });
  wake();
}

void Watcher::wake() {
  ::eventfd_write(wakeup_.get(), 1);
}

std::map<std::string, int> Watcher::watched() const {
  const base::Locked state(state_);
  std::map<std::string, int> fds;
  for (const auto& [name, fd] : state->processes) fds[name] = fd.get();
  return fds;
}

void Watcher::run() {
  base::name_thread("job watcher");
  for (;;) {
    std::vector<pollfd> fds = {{wakeup_.get(), POLLIN, 0}};
    std::vector<std::string> names = {""};
    std::vector<std::string> ended;
    for (const auto& [name, fd] : watched()) {
      if (fd < 0) {
        ended.push_back(name);
        continue;
      }
      fds.push_back({fd, POLLIN, 0});
      names.push_back(name);
    }
    ::poll(fds.data(), fds.size(), ended.empty() ? -1 : 0);
    eventfd_t ignored = 0;
    ::eventfd_read(wakeup_.get(), &ignored);
    for (std::size_t i = 1; i < fds.size(); ++i) {
      if (fds[i].revents == 0) continue;
      // Our own child becomes a zombie until it is fetched; for one taken up after a restart this
      // does nothing.
      siginfo_t info{};
      ::waitid(P_PIDFD, static_cast<id_t>(fds[i].fd), &info, WEXITED | WNOHANG);
      ended.push_back(names[i]);
    }
    {
      const base::Locked state(state_);
      if (state->stopping) return;
      for (const auto& name : ended) state->processes.erase(name);
    }
    for (const auto& name : ended) on_end_(name);
  }
}

}  // namespace muster::jobs
