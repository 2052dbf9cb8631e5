#include "node-agent/core/other_presences.hpp"

#include "proto/base/log.hpp"

namespace muster::agent {

void OtherPresences::taken_over(const std::string& own_address, const std::string& why) {
  taken_over_ = true;
  log::error(
      "another machine uses this node's private key on the bus; waiting instead of fighting for it",
      {{"identity", identity_.name}, {"address", own_address}, {"why", why}});
}

// What was retained before we listened is mostly our own, of an earlier start of the agent. It is another machine's when
// that has just thrown us off the bus.
void OtherPresences::heard(const OtherPresence& other, const std::string& own_address) {
  if (other.cleared || (other.same_key && other.retained && !taken_over_))
    return log::info("the broker did not show this node as it is; shown again",
                     {{"instead", other.cleared ? "nothing" : "an earlier start of the agent"}});
  taken_over_ = false;
  if (!lines_.pass()) return;
  const auto* how =
      other.same_key
          ? "another machine has this node's private key and is on the bus with it; revoke the "
            "certificate and give this node a new key"
          : "another certificate is used on the bus under this node's name; find out who "
            "issued it";
  log::error(how, {{"identity", identity_.name},
                   {"address", own_address},
                   {"other_address", other.address},
                   {"signer", other.signer}});
  tell_("taken-over", {{"address", own_address},
                       {"other_address", other.address},
                       {"signer", other.signer},
                       {"same_key", other.same_key}});
}

}  // namespace muster::agent
