#include "tests/swarm/loop/epoll_loop.hpp"

#include <sys/epoll.h>
#include <sys/eventfd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <utility>

namespace muster::swarm {
namespace {

constexpr std::uint64_t kWakeTag = 0;
constexpr int kLongestWaitMs = 60'000;

epoll_event event_of(std::uint32_t events, std::uint64_t tag) {
  epoll_event event{};
  event.events = events;
  event.data.u64 = tag;
  return event;
}

}  // namespace

EpollLoop::EpollLoop(const base::Clock& clock)
    : clock_(clock),
      epoll_(::epoll_create1(EPOLL_CLOEXEC)),
      wake_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  if (!epoll_ || !wake_ || !watch(wake_.get(), EPOLLIN, kWakeTag))
    throw std::runtime_error(std::string("cannot make an epoll loop: ") + std::strerror(errno));
}

void EpollLoop::stop() {
  stopping_ = true;
  ::eventfd_write(wake_.get(), 1);
}

void EpollLoop::post(std::function<void()> task) {
  {
    const std::lock_guard lock(mutex_);
    tasks_.push_back(std::move(task));
    if (tasks_.size() > 1) return;  // whoever came first has woken it
  }
  ::eventfd_write(wake_.get(), 1);
}

Status EpollLoop::watch(int fd, std::uint32_t events, std::uint64_t tag) {
  auto event = event_of(events, tag);
  if (::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, fd, &event) == 0) return {};
  return fail(Errc::limit, std::string("cannot watch a socket: ") + std::strerror(errno));
}

void EpollLoop::rewatch(int fd, std::uint32_t events, std::uint64_t tag) {
  auto event = event_of(events, tag);
  ::epoll_ctl(epoll_.get(), EPOLL_CTL_MOD, fd, &event);
}

void EpollLoop::forget(int fd) {
  ::epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, fd, nullptr);
}

loop::Timers::Id EpollLoop::after(std::chrono::milliseconds delay, std::function<void()> then) {
  return timers_.add(clock_.steady(), delay, std::move(then));
}

void EpollLoop::do_posted() {
  std::deque<std::function<void()>> tasks;
  {
    const std::lock_guard lock(mutex_);
    tasks.swap(tasks_);
  }
  for (auto& task : tasks) std::exchange(task, {})();
}

int EpollLoop::wait_ms() {
  const auto next = timers_.next();
  if (!next) return kLongestWaitMs;
  const auto left = *next - clock_.steady();
  const auto ms = std::chrono::ceil<std::chrono::milliseconds>(left).count();
  return static_cast<int>(std::clamp<std::int64_t>(ms, 0, kLongestWaitMs));
}

void EpollLoop::run() {
  std::array<epoll_event, kReadyMax> ready{};
  while (!stopping_.exchange(false)) {
    const int count = ::epoll_wait(epoll_.get(), ready.data(), kReadyMax, wait_ms());
    bool woken = false;
    for (int i = 0; i < count; ++i) {
      const auto& event = ready[static_cast<std::size_t>(i)];
      if (event.data.u64 == kWakeTag)
        woken = true;
      else
        watcher_->on_ready(event.data.u64, event.events);
    }
    if (woken) {
      eventfd_t times = 0;
      ::eventfd_read(wake_.get(), &times);
      do_posted();
    }
    timers_.call_due(clock_);
  }
}

}  // namespace muster::swarm
