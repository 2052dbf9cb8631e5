#include "orchestrator/client/link_directory.hpp"

#include <future>
#include <thread>
#include <utility>

#include "proto/base/clock.hpp"
#include "proto/base/log.hpp"
#include "proto/base/thread_name.hpp"
#include "proto/loop/real/closable_poster.hpp"
#include "proto/loop/real/event_loop.hpp"
#include "proto/loop/real/thread_pool.hpp"
#include "proto/transport/directory/bus_directory.hpp"

namespace muster::client {
namespace {

// A few subscriptions each for a few parts of a program, and their ends.
constexpr std::size_t kQuestionsWaiting = 10'000;

// What waits on the bus is real: a test's clock does not move it.
const base::Clock& real_clock() {
  static const base::SystemClock clock;
  return clock;
}

}  // namespace

struct LinkDirectory::Parts {
  Parts(transport::Bus& bus, std::string own_topic)
      : loop(real_clock()),
        poster(std::make_shared<loop::ClosablePoster>(loop)),
        questions(loop, "directory ask", 1, kQuestionsWaiting),
        directory({{bus,
                    [poster = poster](std::function<void()> task) {
                      return poster->post(std::move(task));
                    },
                    questions},
                   loop,
                   std::move(own_topic),
                   {}},
                  bus.connected()) {}
  ~Parts() { poster->close(); }

  loop::EventLoop loop;
  // For the bus's threads: a subscription may end after the loop.
  const std::shared_ptr<loop::ClosablePoster> poster;
  loop::ThreadPool questions;
  transport::BusDirectory directory;
  std::thread thread;
};

LinkDirectory::LinkDirectory(transport::Bus& bus, std::string own_topic)
    : parts_(std::make_unique<Parts>(bus, std::move(own_topic))) {
  parts_->thread = std::thread([parts = parts_.get()] {
    base::name_thread("directory");
    parts->loop.run();
  });
}

LinkDirectory::~LinkDirectory() {
  parts_->loop.stop();
  parts_->thread.join();
}

void LinkDirectory::hear(transport::LinkState state) {
  if (!parts_->loop.post([parts = parts_.get(), state] { parts->directory.hear(state); }))
    log::error("the directory has too much to do; it did not hear what became of the link");
}

void LinkDirectory::post(Task task) {
  const bool posted =
      parts_->loop.post([parts = parts_.get(), task = std::move(task)] { task(parts->directory); });
  if (!posted) log::error("the directory has too much to do; something is left undone");
}

void LinkDirectory::run(const Task& task) {
  std::promise<void> done;
  auto is_done = done.get_future();
  const bool posted = parts_->loop.post([&] {
    task(parts_->directory);
    done.set_value();
  });
  if (!posted) return log::error("the directory has too much to do; something is left undone");
  is_done.wait();
}

Status LinkDirectory::put(transport::Claim claim) {
  Status shown = fail(Errc::limit, "the directory has too much to do");
  run([&](transport::Directory& directory) { shown = directory.put(std::move(claim)); });
  return shown;
}

Status LinkDirectory::put_missing(transport::Claim claim) {
  Status shown = fail(Errc::limit, "the directory has too much to do");
  run([&](transport::Directory& directory) { shown = directory.put_missing(std::move(claim)); });
  return shown;
}

Status LinkDirectory::remove(const std::string& topic) {
  Status sent = fail(Errc::limit, "the directory has too much to do");
  run([&](transport::Directory& directory) { sent = directory.remove(topic); });
  return sent;
}

void LinkDirectory::leave(const std::string& topic) {
  run([&](transport::Directory& directory) { directory.leave(topic); });
}

void LinkDirectory::leave_here(const std::string& topic) {
  parts_->directory.leave(topic);
}

void LinkDirectory::adopt(transport::Claim claim, std::function<void()> kept) {
  post([claim = std::move(claim), kept = std::move(kept)](transport::Directory& directory) {
    const auto taken = directory.adopt(claim);
    if (!taken)
      log::error("what was heard is not kept on the bus",
                 {{"topic", claim.topic}, {"why", taken.error().message}});
    else if (kept)
      kept();
  });
}

}  // namespace muster::client
