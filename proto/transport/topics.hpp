// The topic names of docs/PROTOCOL.md, built and taken apart in one place. Parts must have passed
// proto/base/names before they come here.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace muster::transport::topics {

// Requests end with the name of their caller, and the broker lets nobody write under another's: whose a
// request is, is known before anything of it is read. Who listens puts kEveryCaller there.
inline constexpr std::string_view kEveryCaller = "+";
std::string request_to_agent(std::string_view collective, std::string_view agent,
                             std::string_view caller);
std::string request_to_node(std::string_view collective, std::string_view identity,
                            std::string_view caller);
// Where a caller's replies arrive: prefix + "/" + identity of the node.
std::string reply_prefix(std::string_view collective, std::string_view caller,
                         std::string_view session);
std::string presence(std::string_view collective, std::string_view identity);
std::string event(std::string_view collective, std::string_view type, std::string_view identity);
std::string registration(std::string_view collective, std::string_view identity);
// What an operator asks of every orchestrator that keeps a registry.
std::string registry_request(std::string_view collective, std::string_view caller);
// What an operator asks of all orchestrators, or of one.
std::string control_request(std::string_view collective, std::string_view caller);
std::string control_request_to(std::string_view collective, std::string_view orchestrator,
                               std::string_view caller);
std::string trusted_ca(std::string_view collective, std::string_view fingerprint);
// `subject`: fingerprint of the key that used it, or of the master's CA.
std::string token_use(std::string_view collective, std::string_view token_id,
                      std::string_view identity, std::string_view subject);
std::string token_revocation(std::string_view collective, std::string_view token_id);
// A piece of the revocation list that a master delivers. `index` as two digits, or "+" with `master` "+".
std::string revocation_piece(std::string_view collective, std::string_view master,
                             std::string_view index);
// The revocation list of the root with that fingerprint, and the ban of a node.
std::string revocations(std::string_view collective, std::string_view root_fingerprint);
std::string ban(std::string_view collective, std::string_view identity);
// `root`: "operators" or "orchestrators"; both levels may be "+".
std::string root_statement(std::string_view collective, std::string_view root,
                           std::string_view number);
std::string provision_record(std::string_view collective, std::string_view identity);
// What that master owes of the name; both levels may be "+".
std::string debt(std::string_view collective, std::string_view master, std::string_view certname);
// A workflow that nodes are in, by the hex SHA-256 of its text.
std::string workflow(std::string_view collective, std::string_view hash);
// An orchestrator asks brokers' watchers who runs, and a watcher's answer.
std::string roll_call(std::string_view collective, std::string_view orchestrator);
std::string roll_answer(std::string_view collective, std::string_view watcher);

// The join zone: retained announcement, requests to the node, its replies.
std::string join_announce(std::string_view client_id);
std::string join_down(std::string_view client_id);
std::string join_up(std::string_view client_id);

// The last level of a topic: the identity of presence, reply and event topics, the caller of requests.
std::string_view last_level(std::string_view topic);
// Whom the broker's access lists tie a topic to: the client id in the join zone, else the last level. A name that its
// sender cannot multiply, known before anything of a message is read. All uses of join tokens have one, for their order
// decides.
std::string_view writer(std::string_view topic);
// What a topic below trust/ is about: "ca", "revoked", "banned", "crl" …; empty when it is not one.
std::string_view trust_kind(std::string_view topic);
// Level `index` (0-based), when there is one.
std::optional<std::string_view> level(std::string_view topic, std::size_t index);

}  // namespace muster::transport::topics
