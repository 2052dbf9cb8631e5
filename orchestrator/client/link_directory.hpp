// The directory of a link's bus, for all threads of a program: everything of it is done on the loop that it is given.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "orchestrator/client/link_driver.hpp"
#include "orchestrator/client/own_words.hpp"
#include "proto/base/result.hpp"
#include "proto/transport/bus.hpp"
#include "proto/transport/directory/directory.hpp"

namespace muster::client {

// Thread-safe.
class LinkDirectory {
 public:
  using Task = std::function<void(transport::Directory&)>;

  // `own_topic`: as transport::BusDirectory. The bus must outlive it.
  LinkDirectory(transport::Bus& bus, DirectoryLoop on, std::string own_topic);
  // On the loop, or when that serves nobody any more. Nothing is told from then on; what is ours stays on the bus.
  ~LinkDirectory();
  LinkDirectory(const LinkDirectory&) = delete;
  LinkDirectory& operator=(const LinkDirectory&) = delete;

  // What it lives on.
  const DirectoryLoop& loop() const { return on_; }

  void hear(transport::LinkState state);
  // Runs on the loop, in the order of posting. It must not block: everything of this link waits for it.
  void post(Task task);
  // The same, and waits until it has run; on the loop itself it runs at once, before what was posted. On a loop that has ended
  // it is left undone, which is told in the log.
  void run(const Task& task);

  // transport::Directory::put, put_missing, remove and leave, from any thread, by run(). What Claim::order and on_newer
  // refer to must outlive the link, or leave() be called before it goes. Errc::limit when the loop is full, or has ended.
  Status put(transport::Claim claim);
  Status put_missing(transport::Claim claim);
  // What was put() lately, and comes back to us as it comes to everybody.
  OwnWords& own_words() { return own_words_; }
  Status remove(const std::string& topic);
  void leave(const std::string& topic);
  // transport::Directory::adopt, from any thread; does not wait. What cannot be kept is told in the log; else
  // `kept`, unless empty, is called on the directory's thread.
  void adopt(transport::Claim claim, std::function<void()> kept = {});

 private:
  struct Parts;
  bool post_here(Task task);

  const DirectoryLoop on_;
  OwnWords own_words_;
  const std::shared_ptr<Parts> parts_;  // what was posted finds out whether they are there still
};

}  // namespace muster::client
