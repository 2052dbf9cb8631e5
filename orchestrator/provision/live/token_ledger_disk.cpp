// The ledger's part that is on disk.
#include "orchestrator/client/link.hpp"
#include "orchestrator/client/retained.hpp"
#include "orchestrator/provision/live/ledger_file.hpp"
#include "orchestrator/provision/live/token_ledger.hpp"
#include "proto/base/log.hpp"
#include "proto/transport/topics.hpp"

namespace muster::provision {

namespace topics = transport::topics;

bool TokenLedger::is_known(const std::string& topic) const {
  const std::lock_guard lock(mutex_);
  const bool use = topics::trust_kind(topic) == "use";
  const auto token = tokens_.find(std::string(
      use ? topics::level(topic, kUseTokenLevel).value_or("") : topics::last_level(topic)));
  if (token == tokens_.end()) return false;
  if (!use) return !token->second.revoked_by.empty();
  return token->second.uses.contains({std::string(topics::level(topic, kUseNameLevel).value_or("")),
                                      std::string(topics::last_level(topic))});
}

Status TokenLedger::bring_back() {
  std::size_t count = 0;
  MUSTER_TRY(file_->each([&](const std::string& topic, const std::string& message) {
    if (is_known(topic)) return;
    const transport::Message kept{.topic = topic, .payload = message};
    const bool use = topics::trust_kind(topic) == "use";
    if (!(use ? take_use(kept) : take_revocation(kept))) return;
    ++count;
    if (auto sent = link_.bus().publish(topic, message, {.retain = true}); !sent)
      log::warning("cannot put back what is known of a token", {{"why", sent.error().message}});
  }));
  if (count > 0)
    log::warning("the broker has lost uses or revocations of join tokens; put back",
                 {{"count", std::to_string(count)}});
  return {};
}

// Not being able to is no reason to let nobody in: the bus and the other orchestrators have it.
void TokenLedger::write_down(const std::string& topic, const std::string& message,
                             std::int64_t until_ms) {
  if (!file_) return;
  if (auto kept = file_->keep(topic, message, until_ms); !kept && told_unwritten_.pass())
    log::error(
        "uses of join tokens cannot be written down; were the broker to lose them while no "
        "orchestrator runs, spent tokens would be good again",
        {{"why", kept.error().message}});
}

}  // namespace muster::provision
