// A message as it comes from the bus, with every kind of body that is parsed after it verified.
#include "proto/envelope/envelope.hpp"
#include "proto/messages/approval.hpp"
#include "proto/messages/event.hpp"
#include "proto/messages/join.hpp"
#include "proto/messages/node_ban.hpp"
#include "proto/messages/presence.hpp"
#include "proto/messages/provision_record.hpp"
#include "proto/messages/registration.hpp"
#include "proto/messages/registry.hpp"
#include "proto/messages/reply.hpp"
#include "proto/messages/request.hpp"
#include "proto/messages/revocation_piece.hpp"
#include "proto/messages/roll_call.hpp"
#include "proto/messages/root_statement.hpp"
#include "proto/messages/token_use.hpp"
#include "proto/messages/trusted_ca.hpp"
#include "proto/messages/workflow_text.hpp"
#include "tests/fuzz/fuzzer.hpp"

namespace {

using muster::fuzz::require;

// What was decoded encodes, and decodes to the same bytes again. Only a reply's encoder cannot fail.
template <class Message>
void survives(std::string_view body) {
  const auto message = Message::decode(body);
  if (!message) return;
  const muster::Result<std::string> bytes = message->encode();
  require(bytes.has_value(), "a decoded message encodes");
  const auto again = Message::decode(*bytes);
  require(again.has_value(), "it decodes again");
  require(muster::Result<std::string>(again->encode()).value() == *bytes, "to itself");
}

void read_body(std::string_view body) {
  using namespace muster::messages;
  // Arguments that cannot be read do not encode: the caller is told, and nobody sends them on.
  if (const auto request = Request::decode(body); request && request->arguments)
    survives<Request>(body);
  if (const auto announce = JoinAnnounce::decode(body);
      announce && announce->facts && announce->encode())
    survives<JoinAnnounce>(body);
  survives<Reply>(body);
  survives<Presence>(body);
  survives<Event>(body);
  survives<Registration>(body);
  survives<JoinAnswer>(body);
  survives<TrustedCa>(body);
  survives<RevocationPiece>(body);
  survives<TokenUse>(body);
  survives<TokenRevocation>(body);
  survives<RollAnswer>(body);
  survives<RootContent>(body);
  survives<NodeBan>(body);
  survives<WorkflowText>(body);
  survives<Approval>(body);
  survives<ProvisionRecord>(body);
  survives<RegistryRequest>(body);
  survives<RegistryReply>(body);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto sealed = muster::envelope::decode(muster::fuzz::text_of(data, size));
  if (!sealed) return 0;
  const auto bytes = muster::envelope::encode(*sealed);
  require(bytes.has_value(), "a decoded envelope encodes");
  const auto again = muster::envelope::decode(*bytes);
  require(again && again->kind == sealed->kind && again->body == sealed->body &&
              again->signature == sealed->signature && again->certificates == sealed->certificates,
          "it decodes to itself");
  read_body(sealed->body);
  return 0;
}
