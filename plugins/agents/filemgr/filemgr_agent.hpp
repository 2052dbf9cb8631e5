// filemgr: touch, remove and look at single files. Never a folder, never recursively; touch and
// remove never through a symbolic link, status only through those to folders on the way.
#pragma once

#include "plugins/api/described.hpp"
#include "plugins/api/node.hpp"
#include "plugins/data/fstat.hpp"

namespace muster::plugins::filemgr {

inline constexpr std::size_t kListedMax = 5'000;            // entries of a folder in one reply
inline constexpr std::size_t kListedMaxBytes = 600 * 1024;  // their names: a reply has room for it

class FilemgrAgent final : public DescribedAgent {
 public:
  FilemgrAgent(ddl::Lazy<ddl::Agent> ddl, Node&) : DescribedAgent(std::move(ddl)) {}

  ActionReply handle(const ActionRequest& request) override;
};

}  // namespace muster::plugins::filemgr
