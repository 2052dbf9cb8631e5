// A command's conversation with nodes: one connection, however many requests it needs.
#pragma once

#include <memory>
#include <string>

#include "orchestrator/cli/discovery/discovery.hpp"
#include "orchestrator/cli/program.hpp"
#include "orchestrator/cli/session.hpp"
#include "orchestrator/client/caller.hpp"
#include "proto/base/result.hpp"

namespace muster::cli {

// Connects when it is first needed: what is wrong with a command's words is said before. Leaves the
// bus when it ends. Not thread-safe, but its link and caller are.
class Conversation {
 public:
  // `common` is borrowed. `target`: another collective than the configuration's.
  explicit Conversation(const CommonOptions& common, std::string target = {})
      : common_(common), target_(std::move(target)) {}
  ~Conversation() { leave(); }
  Conversation(const Conversation&) = delete;
  Conversation& operator=(const Conversation&) = delete;

  // Finds and reads the configuration, connects. Once: later calls cost nothing.
  Status open();
  // Leaves the bus before the end, for a command that has work left for which it needs no bus. The
  // caller's results stay; nothing can be asked any more.
  void leave();

  // open(), then as discover_some().
  Result<Discovery> discover(const Search& search);

  // After open().
  client::Link& link() { return *link_; }
  client::Caller& caller() { return *caller_; }
  const CommonOptions& common() const { return common_; }
  const std::string& target() const { return target_; }

 private:
  const CommonOptions& common_;
  const std::string target_;
  LinkPtr link_;
  std::unique_ptr<client::Caller> caller_;
};

}  // namespace muster::cli
