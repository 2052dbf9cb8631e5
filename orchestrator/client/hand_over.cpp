#include "orchestrator/client/hand_over.hpp"

#include <fmt/format.h>

#include "orchestrator/client/control.hpp"
#include "orchestrator/client/link.hpp"
#include "proto/base/bounded_queue.hpp"
#include "proto/transport/topics.hpp"

namespace muster::client {
namespace {

using Shown = base::BoundedQueue<bool>;

Status carried_out(const Result<ControlAnswer>& answer) {
  if (!answer) return fail(answer.error());
  if (answer->outcome == Outcome::ok) return {};
  return fail(Errc::aborted, answer->orchestrator + ": " + answer->message);
}

}  // namespace

Status hand_over(Link& link, const x509::RevocationList& list) {
  MUSTER_ASSIGN(const auto root, link.operators().signer_of(list));
  const auto topic = transport::topics::revocations(link.collective(), root);
  const auto shown = std::make_shared<Shown>(1);
  // The filter by which the link itself hears of lists: one that overlaps it would be refused.
  MUSTER_ASSIGN(
      const auto heard,
      link.bus().subscribe(transport::topics::revocations(link.collective(), "+"),
                           transport::Qos::at_least_once,
                           [shown, topic, der = list.der()](const transport::Message& message) {
                             if (message.topic == topic && message.payload == der)
                               static_cast<void>(shown->try_push(true));
                           }));
  // From here on the answers of those whom the list revokes do not count.
  const auto taken = link.take(list);
  auto done = taken ? carried_out(ask_orchestrators(link, {.action = "certificates_revoke",
                                                           .arguments = {{"list", list.pem()}}}))
                    : Status(fail(taken.error()));
  if (!done && shown->pop_for(kControlSecondOpinion)) done = {};
  const auto& own = link.signer().chain().front();
  if (!done && list.find(own.serial_hex()))
    return fail(Error{done.error().code,
                      fmt::format("{}. The certificate that asked, {}, is revoked itself: ask with "
                                  "another one",
                                  done.error().message, link.caller())});
  return done;
}

}  // namespace muster::client
