#include "orchestrator/cli/conversation.hpp"

namespace muster::cli {

Status Conversation::open() {
  if (caller_) return {};
  MUSTER_ASSIGN(auto link, connect(common_, target_));
  MUSTER_ASSIGN(caller_, client::Caller::start(*link));
  link_ = std::move(link);
  return {};
}

// First the connection: without one, the caller's end need not ask the broker for anything.
void Conversation::leave() {
  if (link_) link_->bus().disconnect();
}

Result<Discovery> Conversation::discover(const Search& search) {
  MUSTER_TRY(open());
  return discover_some(*link_, *caller_, search);
}

}  // namespace muster::cli
