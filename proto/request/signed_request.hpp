// What nodes and orchestrators alike ask of a request before they look at what it wants: who sent
// it, and where the answer may go. docs/PROTOCOL.md, "Requests and replies".
#pragma once

#include <string>
#include <string_view>

#include "proto/base/result.hpp"
#include "proto/envelope/envelope.hpp"
#include "proto/messages/request.hpp"
#include "proto/security/replay_window.hpp"
#include "proto/security/trust.hpp"

namespace muster::request {

struct Signed {
  messages::Request request;
  security::Role role = security::Role::none;  // operator or orchestrator
};

// Verified before it is parsed; the caller that it names is its signer, and an operator or an
// orchestrator. `commanding` holds the operator root and the orchestrator root.
// `sender`: the caller whom the topic names, by the broker's word, who must be that one too; empty where
// a topic names none, as in the join zone. Errc::limit, invalid_data or refused.
Result<Signed> open(std::string_view message, envelope::Kind kind,
                    const security::Trust& commanding, std::string_view sender);

// As the replay window judges it; valid for as long as the request is.
security::ReplayWindow::Sending sending_of(const messages::Request& request);

// Where the caller wants its reply: its own reply topic in that collective, a session, and `from`,
// the name of who answers. Empty: nowhere. Errc::refused for any other place.
Result<std::string> reply_topic(const messages::Request& request, const std::string& from);

}  // namespace muster::request
