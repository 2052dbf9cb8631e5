// filemgr: touch, remove and look at single files. Never a folder, never recursively, never through
// a symbolic link.
#pragma once

#include "plugins/api/agent.hpp"
#include "plugins/api/node.hpp"
#include "plugins/data/fstat.hpp"

namespace muster::plugins::filemgr {

inline constexpr std::size_t kListedMax = 5'000;  // entries of a folder in one reply

class FilemgrAgent final : public Agent {
 public:
  FilemgrAgent(ddl::Agent ddl, Node&) : ddl_(std::move(ddl)) {}

  const ddl::Agent& ddl() const override { return ddl_; }
  ActionReply handle(const ActionRequest& request) override;

 private:
  const ddl::Agent ddl_;
};

}  // namespace muster::plugins::filemgr
