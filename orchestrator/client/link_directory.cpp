#include "orchestrator/client/link_directory.hpp"

#include <future>
#include <utility>

#include "proto/base/log.hpp"
#include "proto/loop/real/closable_poster.hpp"
#include "proto/transport/directory/bus_directory.hpp"

namespace muster::client {
namespace {

constexpr const char* kUndone = "the directory has too much to do, or has ended";

}  // namespace

struct LinkDirectory::Parts {
  Parts(transport::Bus& bus, const DirectoryLoop& on, std::string own_topic)
      : poster(std::make_shared<loop::ClosablePoster>(on.poster)),
        directory({{bus,
                    [poster = poster](std::function<void()> task) {
                      return poster->post(std::move(task));
                    },
                    on.executor},
                   on.timers,
                   std::move(own_topic),
                   {}},
                  bus.connected()) {}

  // For the bus's threads: a subscription may end after the loop.
  const std::shared_ptr<loop::ClosablePoster> poster;
  transport::BusDirectory directory;
};

LinkDirectory::LinkDirectory(transport::Bus& bus, DirectoryLoop on, std::string own_topic)
    : on_(std::move(on)), parts_(std::make_shared<Parts>(bus, on_, std::move(own_topic))) {}

LinkDirectory::~LinkDirectory() {
  parts_->poster->close();
}

bool LinkDirectory::post_here(Task task) {
  return parts_->poster->post([weak = std::weak_ptr(parts_), task = std::move(task)] {
    if (const auto parts = weak.lock()) task(parts->directory);
  });
}

void LinkDirectory::hear(transport::LinkState state) {
  const bool posted = parts_->poster->post([weak = std::weak_ptr(parts_), state] {
    if (const auto parts = weak.lock()) parts->directory.hear(state);
  });
  if (!posted)
    log::error("the directory has too much to do; it did not hear what became of the link");
}

void LinkDirectory::post(Task task) {
  if (!post_here(std::move(task)))
    log::error("the directory has too much to do; something is left undone");
}

void LinkDirectory::run(const Task& task) {
  if (on_.is_here()) return task(parts_->directory);
  // Nobody else has the promise: a task that is dropped breaks it, or we would wait for ever.
  auto done = std::make_shared<std::promise<void>>();
  const auto is_done = done->get_future();
  bool has_run = false;
  const bool posted =
      post_here([&task, &has_run, done = std::move(done)](transport::Directory& directory) {
        task(directory);
        has_run = true;
        done->set_value();
      });
  if (posted) is_done.wait();
  if (!has_run)
    log::error("the directory has too much to do, or has ended; something is left undone");
}

Status LinkDirectory::put(transport::Claim claim) {
  own_words_.said(claim.payload);
  Status shown = fail(Errc::limit, kUndone);
  run([&](transport::Directory& directory) { shown = directory.put(std::move(claim)); });
  return shown;
}

Status LinkDirectory::put_missing(transport::Claim claim) {
  Status shown = fail(Errc::limit, kUndone);
  run([&](transport::Directory& directory) { shown = directory.put_missing(std::move(claim)); });
  return shown;
}

Status LinkDirectory::remove(const std::string& topic) {
  Status sent = fail(Errc::limit, kUndone);
  run([&](transport::Directory& directory) { sent = directory.remove(topic); });
  return sent;
}

void LinkDirectory::leave(const std::string& topic) {
  run([&](transport::Directory& directory) { directory.leave(topic); });
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
