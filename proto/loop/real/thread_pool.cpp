#include "proto/loop/real/thread_pool.hpp"

#include <utility>

#include "proto/base/log.hpp"
#include "proto/base/thread_name.hpp"

namespace muster::loop {

ThreadPool::ThreadPool(EventLoop* loop, const std::string& name, std::size_t threads,
                       std::size_t waiting_max)
    : loop_(loop), work_(waiting_max) {
  for (std::size_t number = 0; number < threads; ++number)
    threads_.emplace_back([this, own = name + "-" + std::to_string(number)] {
      base::name_thread(own);
      serve();
    });
}

ThreadPool::~ThreadPool() {
  ending_ = true;
  work_.close();
  for (auto& thread : threads_) thread.join();
}

Status ThreadPool::run(Work work) {
  if (work_.try_push(std::move(work))) return {};
  return fail(Errc::limit, "as much work waits as may");
}

void ThreadPool::serve() {
  while (const auto work = work_.pop()) {
    if (ending_) continue;
    auto then = (*work)();
    if (!then) continue;
    if (loop_ == nullptr)
      then();
    else if (!loop_->post(std::move(then)))
      log::error("the loop has too much to do; what became of a piece of work is lost");
  }
}

}  // namespace muster::loop
