#include "orchestrator/broker/access_lists.hpp"

#include <fmt/format.h>

#include "proto/messages/revocation_pieces.hpp"
#include "proto/security/role.hpp"
#include "proto/transport/event_types.hpp"
#include "proto/transport/topics.hpp"

namespace muster::broker {
namespace {

constexpr auto kHeader =
    "# Written by `muster broker config`; a hand-made change is lost with the next run.\n";

// Requests end with their caller's name: nobody crowds another's line where they wait to be verified.
std::string own_requests(const std::string& collective) {
  return fmt::format(
      "pattern write muster/v1/{0}/req/node/+/%u\n"
      "pattern write muster/v1/{0}/req/agent/+/%u\n"
      "pattern write muster/v1/{0}/req/registry/%u\n"
      "pattern write muster/v1/{0}/req/orchestrators/%u\n"
      "pattern write muster/v1/{0}/req/orchestrator/+/%u\n",
      collective);
}

}  // namespace

std::string nodes_access(const std::vector<std::string>& collectives) {
  std::string text = kHeader;
  for (const auto& collective : collectives) {
    text += fmt::format(
        "pattern read muster/v1/{0}/req/agent/+/+\n"
        "pattern read muster/v1/{0}/req/node/%u/+\n"
        // Its own: it shows it again when it is gone or another's.
        "pattern read muster/v1/{0}/presence/%u\n"
        // Which root follows another.
        "pattern read muster/v1/{0}/trust/root/+/+\n"
        // Whose requests to refuse.
        "pattern read muster/v1/{0}/trust/revoked/+\n"
        "pattern write muster/v1/{0}/rep/+/+/%u\n"
        "pattern write muster/v1/{0}/presence/%u\n"
        "pattern write muster/v1/{0}/registration/%u\n",
        collective);
    for (const auto type : transport::kNodeEvents)
      text += fmt::format("pattern write muster/v1/{}/event/{}/%u\n", collective, type);
  }
  return text;
}

std::string operators_access(const std::vector<std::string>& collectives) {
  std::string text = kHeader;
  for (const auto& collective : collectives) {
    text += own_requests(collective);
    text += fmt::format(
        "pattern read muster/v1/{0}/presence/+\n"
        "pattern read muster/v1/{0}/event/+/+\n"
        "pattern read muster/v1/{0}/trust/#\n"
        "pattern read muster/v1/{0}/provision/+\n"
        "pattern read muster/v1/{0}/debt/+/+\n"
        // Which brokers' watchers run, and with which certificates.
        "pattern read muster/v1/{0}/roll/answer/+\n"
        // Written too: a message to oneself marks the end of the retained ones.
        "pattern readwrite muster/v1/{0}/rep/%u/#\n",
        collective);
  }
  return text;
}

std::string orchestrators_access(const std::vector<std::string>& collectives) {
  // The watcher's certificate is of the same root; what it may read is behind its own listener.
  std::string text = fmt::format("{}user {}\ntopic deny #\n", kHeader, security::kWatcherName);
  for (const auto& collective : collectives) {
    text += own_requests(collective);
    text += fmt::format(
        "pattern read muster/v1/{0}/req/registry/+\n"
        "pattern read muster/v1/{0}/req/orchestrators/+\n"
        "pattern read muster/v1/{0}/req/orchestrator/%u/+\n"
        "pattern read muster/v1/{0}/presence/+\n"
        "pattern read muster/v1/{0}/registration/+\n"
        "pattern readwrite muster/v1/{0}/event/+/+\n"
        "pattern readwrite muster/v1/{0}/trust/#\n"
        "pattern readwrite muster/v1/{0}/provision/+\n"
        "pattern readwrite muster/v1/{0}/workflow/+\n"
        "pattern readwrite muster/v1/{0}/debt/+/+\n"
        "pattern write muster/v1/{0}/roll/call/%u\n"
        "pattern readwrite muster/v1/{0}/rep/%u/#\n"
        // Answers, below its own name as a node's.
        "pattern write muster/v1/{0}/rep/+/+/%u\n",
        collective);
  }
  return text +
         // Written too: those that nobody renews are cleared.
         "pattern readwrite muster/v1/join/+/announce\n"
         "pattern read muster/v1/join/+/up\n"
         "pattern write muster/v1/join/+/down\n";
}

std::string watchers_access(const std::vector<std::string>& collectives) {
  std::string text = kHeader;
  for (const auto& collective : collectives)
    text += fmt::format(
        "pattern read muster/v1/{0}/trust/#\n"
        "pattern read muster/v1/{0}/roll/call/+\n"
        "pattern write muster/v1/{0}/roll/answer/%u\n",
        collective);
  return text;
}

// A line for each piece: more topics than these would be memory that anybody with a certificate could fill.
std::string masters_access(const std::vector<std::string>& collectives) {
  std::string text = kHeader;
  for (const auto& collective : collectives)
    for (std::uint32_t i = 0; i < messages::kPiecesMax; ++i)
      text += fmt::format("pattern write {}\n", transport::topics::revocation_piece(
                                                    collective, "%u", messages::piece_level(i)));
  return text;
}

std::string join_access() {
  return std::string(kHeader) +
         "pattern write muster/v1/join/%c/announce\n"
         "pattern write muster/v1/join/%c/up\n"
         "pattern read muster/v1/join/%c/down\n"
         // Whose answers and requests to refuse; the lists are signed by the roots and hold no secret.
         "pattern read muster/v1/+/trust/revoked/+\n";
}

}  // namespace muster::broker
