// The directory of a link's bus, for its threads: a loop of its own drives it. Thread-safe.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "proto/base/result.hpp"
#include "proto/transport/bus.hpp"
#include "proto/transport/directory/directory.hpp"

namespace muster::client {

class LinkDirectory {
 public:
  using Task = std::function<void(transport::Directory&)>;

  // `own_topic`: as transport::BusDirectory. The bus must outlive it.
  LinkDirectory(transport::Bus& bus, std::string own_topic);
  // Nothing is told any more once this returns; what is ours stays on the bus.
  ~LinkDirectory();
  LinkDirectory(const LinkDirectory&) = delete;
  LinkDirectory& operator=(const LinkDirectory&) = delete;

  void hear(transport::LinkState state);
  // Runs on the directory's thread, in the order of posting. It must not block: everything of this link waits for it.
  void post(Task task);
  // The same, and waits until it has run. Never from the directory's thread.
  void run(const Task& task);

  // transport::Directory::put, put_missing, remove and leave, from any other thread. What Claim::order and on_newer refer to must outlive the
  // link, or leave() be called before it goes.
  Status put(transport::Claim claim);
  Status put_missing(transport::Claim claim);
  Status remove(const std::string& topic);
  void leave(const std::string& topic);
  // leave() from the directory's thread, which what it calls is on: Claim::on_newer, for one.
  void leave_here(const std::string& topic);
  // transport::Directory::adopt, from any thread; does not wait. What cannot be kept is told in the log; else
  // `kept`, unless empty, is called on the directory's thread.
  void adopt(transport::Claim claim, std::function<void()> kept = {});

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace muster::client
