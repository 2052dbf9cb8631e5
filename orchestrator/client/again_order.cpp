#include "orchestrator/client/again_order.hpp"

#include <fmt/format.h>

#include "orchestrator/client/link.hpp"
#include "proto/base/encoding.hpp"
#include "proto/base/names.hpp"
#include "proto/envelope/envelope.hpp"
#include "proto/schema/muster.pb.h"
#include "proto/security/verifier.hpp"
#include "proto/transport/topics.hpp"

namespace muster::client {
namespace {

namespace topics = transport::topics;

}  // namespace

Status order_again(Link& link, const std::string& identity) {
  MUSTER_TRY(base::check_identity(identity));
  v1::Event event;
  event.set_id(base::random_id());
  event.set_type(std::string(kAgainEvent));
  event.set_identity(identity);
  event.set_at_ms(link.clock().unix_ms());
  MUSTER_ASSIGN(auto sealed, link.signer().seal(envelope::Kind::event, envelope::pack(event)));
  MUSTER_TRY(link.bus().publish(topics::event(link.collective(), kAgainEvent, identity),
                                std::move(sealed), {}));
  return link.bus().flush(kPublishPatience);
}

Result<AgainOrder> read_again_order(std::string_view topic, std::string_view payload,
                                    const security::TrustStore& operators, std::int64_t now_ms) {
  MUSTER_ASSIGN(const auto opened, security::open(payload, envelope::Kind::event, operators));
  if (opened.role != security::Role::operator_ && opened.role != security::Role::orchestrator)
    return fail(Errc::refused,
                fmt::format("'{}' has the role '{}'; only operators and orchestrators may order it",
                            opened.signer, name_of(opened.role)));
  MUSTER_ASSIGN(const auto event, envelope::unpack<v1::Event>(opened.body, "an event"));
  if (event.type() != kAgainEvent || event.identity() != topics::last_level(topic))
    return fail(Errc::refused,
                fmt::format("it is about {} of {}, on the topic {}", base::quoted(event.type()),
                            base::quoted(event.identity()), topic));
  MUSTER_TRY(base::check_identity(event.identity()));
  if (const auto age = now_ms - event.at_ms(); age > kOrderMaxAgeMs || age < -kOrderMaxAgeMs)
    return fail(Errc::expired, fmt::format("it was signed {} s ago, by the clock of '{}'",
                                           age / 1000, opened.signer));
  return AgainOrder{event.identity(), opened.signer};
}

}  // namespace muster::client
