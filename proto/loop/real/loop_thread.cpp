#include "proto/loop/real/loop_thread.hpp"

#include "proto/base/thread_name.hpp"

namespace muster::loop {

LoopThread::~LoopThread() {
  stop();
}

void LoopThread::start(const std::string& name) {
  thread_ = std::thread([this, name] {
    base::name_thread(name);
    loop_.run();
  });
}

void LoopThread::join() {
  if (thread_.joinable()) thread_.join();
}

void LoopThread::stop() {
  loop_.stop();
  join();
}

}  // namespace muster::loop
