#include "orchestrator/client/sign_anew.hpp"

#include <fmt/format.h>

#include <vector>

#include "orchestrator/client/link.hpp"
#include "orchestrator/client/record_codec.hpp"
#include "orchestrator/client/trusted_ca.hpp"
#include "proto/base/guarded.hpp"
#include "proto/base/names.hpp"
#include "proto/security/verifier.hpp"
#include "proto/transport/topics.hpp"

namespace muster::client {
namespace {

// As others of this link have them: a filter that overlaps one of theirs without being equal would be refused.
std::vector<std::string> filters_of(const std::string& collective) {
  namespace topics = transport::topics;
  return {topics::provision_record(collective, "+"), topics::ban(collective, "+"),
          topics::token_use(collective, "+", "+", "+"), topics::token_revocation(collective, "+")};
}

struct Kept {
  std::vector<transport::Message> messages;
  std::size_t beyond = 0;  // that there was no room for
};

Error too_many(const std::string& collective, std::size_t count, std::size_t max) {
  return {Errc::limit,
          fmt::format("the collective {} retains {} provision records, bans, and uses and ends of "
                      "tokens; {} can be signed anew in one go, and what is left would be believed "
                      "no more. Nothing was changed. 'muster provision forget NODE' removes the "
                      "record of a machine that is gone",
                      base::quoted(collective), count, max)};
}

Result<std::vector<transport::Message>> retained_messages(Link& link, std::size_t max) {
  const auto kept = std::make_shared<base::Guarded<Kept>>();
  MUSTER_ASSIGN(auto heard, link.bus().subscribe_all(
                                filters_of(link.collective()), transport::Qos::at_least_once,
                                [kept, max](transport::Message message) {
                                  if (!message.retained || message.payload.empty()) return;
                                  const base::Locked its(*kept);
                                  if (its->messages.size() < max)
                                    its->messages.push_back(std::move(message));
                                  else
                                    ++its->beyond;
                                }));
  const auto complete = link.echo(kSignAnewPatience);
  heard.clear();
  if (!complete) return fail(complete.error());
  const base::Locked its(*kept);
  if (its->beyond > 0) return fail(too_many(link.collective(), max + its->beyond, max));
  return std::move(its->messages);
}

// Who keeps it as it was signed would not take one that is no newer.
Status record_anew(Link& link, const transport::Message& message) {
  MUSTER_ASSIGN(auto record, read_record(message.topic, message.payload, link.operators(),
                                         link.clock().unix_ms()));
  ++record.updated_at_ms;
  return publish_record(link, record);
}

// False when there is nothing to do about it.
Result<bool> sign_one_anew(Link& link, const transport::Message& message,
                           const x509::Certificate& root) {
  const auto sealed = envelope::decode(message.payload);
  if (!sealed) return false;
  const auto opened =
      security::open_from_orchestrator(message.payload, sealed->kind, link.operators());
  if (!opened || opened->certificate.issued_by(root)) return false;
  if (sealed->kind == envelope::Kind::provision_record) {
    MUSTER_TRY(record_anew(link, message));
    return true;
  }
  MUSTER_ASSIGN(auto ours, link.signer().seal(sealed->kind, opened->body));
  MUSTER_TRY(link.bus().publish(message.topic, std::move(ours), {.retain = true}));
  return true;
}

Result<std::size_t> endorse_anew(Link& link) {
  std::size_t count = 0;
  const auto now_ms = link.clock().unix_ms();
  for (const auto& endorsement : link.endorsements().all()) {
    if (!endorsement.withdrawn && !admission::still_counts(endorsement, now_ms)) continue;
    MUSTER_TRY(publish_trusted_ca(link, endorsement));
    ++count;
  }
  return count;
}

}  // namespace

Result<std::size_t> sign_retained_anew(Link& link, const x509::Certificate& root, std::size_t max) {
  if (!link.signer().chain().front().issued_by(root))
    return fail(
        Errc::aborted,
        fmt::format("the certificate of {} itself is not of {}: 'muster orchestrator renew "
                    "{}', then SIGHUP to it",
                    base::quoted(link.caller()), base::quoted(root.common_name()), link.caller()));
  MUSTER_ASSIGN(const auto messages, retained_messages(link, max));
  MUSTER_ASSIGN(auto count, endorse_anew(link));
  for (const auto& message : messages) {
    MUSTER_ASSIGN(const bool done, sign_one_anew(link, message, root));
    count += done ? 1 : 0;
  }
  MUSTER_TRY(link.bus().flush(kSignAnewPatience));
  return count;
}

}  // namespace muster::client
