// What `muster master list` shows.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "orchestrator/admission/master_endorsement.hpp"
#include "orchestrator/cli/render/style.hpp"
#include "orchestrator/client/caller.hpp"
#include "orchestrator/client/master_members.hpp"
#include "proto/base/value.hpp"

namespace muster::cli::render {

struct MasterShown {
  admission::Endorsement endorsement;
  std::string ca = {};       // its identity: client::Endorsements::identity_of()
  std::string address = {};  // empty: it is not online
  std::optional<client::NodeResult> health = {};  // of puppetca#health; nothing: it was not asked
  client::MembersOfMaster members = {};
};

// A line for each, and below one that is retired, or whose nodes are under way for too long, who that is and why.
std::string masters_text(const std::vector<MasterShown>& masters, std::int64_t now_ms,
                         const Style& style, std::size_t columns);
Value masters_json(const std::vector<MasterShown>& masters);

}  // namespace muster::cli::render
