// The join zone's desk: judges announcements, endorses the Puppet CAs of new masters, and answers.
#pragma once

#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "orchestrator/client/caller.hpp"
#include "orchestrator/provision/token_ledger.hpp"
#include "proto/base/result.hpp"
#include "proto/base/throttle.hpp"
#include "proto/base/value.hpp"
#include "proto/security/join_token.hpp"
#include "proto/x509/certificate.hpp"

namespace muster::client {
class Fleet;
class Link;
}  // namespace muster::client
namespace muster::v1 {
class JoinAnnounce;
}

namespace muster::provision {

// A node that may be provisioned.
struct Joiner {
  std::string identity;
  client::JoinAddress address;
  Value facts;
};

// Refusals that are answered, to the holders of each token, and to all who show no good one together: the holder of the
// join password can send as many announcements as it likes.
inline constexpr base::Throttle::Rate kRefusedAnswers{
    .burst = 500, .every = std::chrono::milliseconds(100), .names_max = 1'024};
inline constexpr base::Throttle::Rate kUnreadableLines{
    .burst = 10, .every = std::chrono::milliseconds(10'000), .names_max = 8};

// Not thread-safe: one thread judges. Refusals are answered and logged, at a limited rate; those of announcements with a
// good token are handed to `on_refused`, others leave no record.
class JoinDesk {
 public:
  struct Handlers {
    std::function<void(const Joiner&)> on_joiner;
    std::function<void(const std::string& identity, const std::string& reason)> on_refused;
  };
  JoinDesk(client::Link& link, client::Fleet& fleet, TokenLedger& ledger, x509::Certificate root,
           Handlers handlers);

  // `topic_client_id` is the level of the topic it came on. Nothing is believed before the
  // announcement's own signature and then its token have been verified.
  void judge(const std::string& topic_client_id, std::string_view message);

 private:
  Status check(const v1::JoinAnnounce& announce, const std::string& public_key,
               security::JoinToken& token);
  Status endorse(const v1::JoinAnnounce& announce, const security::JoinToken& token);
  void refuse(const v1::JoinAnnounce& announce, const std::string& token_id,
              const std::string& why);
  void answer(const v1::JoinAnnounce& announce, bool accepted, bool member,
              const std::string& reason);

  client::Link& link_;
  client::Fleet& fleet_;
  TokenLedger& ledger_;
  const x509::Certificate root_;
  const Handlers handlers_;
  base::Throttle answers_;  // by token
  base::Throttle lines_;
};

}  // namespace muster::provision
