// A message as it comes from the bus, with the body that is parsed after it verified.
#include <map>

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

// Arguments and facts that cannot be read do not encode: the caller is told, and nobody sends them on.
void read_request(std::string_view body) {
  const auto request = muster::messages::Request::decode(body);
  if (request && request->arguments) survives<muster::messages::Request>(body);
}

void read_announcement(std::string_view body) {
  const auto announce = muster::messages::JoinAnnounce::decode(body);
  if (announce && announce->facts && announce->encode())
    survives<muster::messages::JoinAnnounce>(body);
}

void read_root_statement(std::string_view body) {
  survives<muster::messages::RootStatement>(body);
  survives<muster::messages::RootContent>(body);
}

using Read = void (*)(std::string_view body);

// As whoever receives a message of that kind reads it: one parser an input.
Read reader_of(muster::envelope::Kind kind) {
  using muster::envelope::Kind;
  using namespace muster::messages;
  static const std::map<Kind, Read> readers{{Kind::request, read_request},
                                            {Kind::control_request, read_request},
                                            {Kind::reply, survives<Reply>},
                                            {Kind::control_reply, survives<Reply>},
                                            {Kind::presence, survives<Presence>},
                                            {Kind::event, survives<Event>},
                                            {Kind::join_announce, read_announcement},
                                            {Kind::join_answer, survives<JoinAnswer>},
                                            {Kind::trusted_ca, survives<TrustedCa>},
                                            {Kind::token_use, survives<TokenUse>},
                                            {Kind::token_revocation, survives<TokenRevocation>},
                                            {Kind::provision_record, survives<ProvisionRecord>},
                                            {Kind::registration, survives<Registration>},
                                            {Kind::registry_request, survives<RegistryRequest>},
                                            {Kind::registry_reply, survives<RegistryReply>},
                                            {Kind::revocation_piece, survives<RevocationPiece>},
                                            {Kind::node_ban, survives<NodeBan>},
                                            {Kind::approval, survives<Approval>},
                                            {Kind::root_statement, read_root_statement},
                                            {Kind::roll_call, survives<RollCall>},
                                            {Kind::roll_answer, survives<RollAnswer>},
                                            {Kind::workflow, survives<WorkflowText>}};
  return readers.at(kind);
}

}  // namespace

MUSTER_FUZZER(envelope) {
  const auto sealed = muster::envelope::decode(muster::fuzz::text_of(data, size));
  if (!sealed) return 0;
  const auto bytes = muster::envelope::encode(*sealed);
  require(bytes.has_value(), "a decoded envelope encodes");
  const auto again = muster::envelope::decode(*bytes);
  require(again && again->kind == sealed->kind && again->body == sealed->body &&
              again->signature == sealed->signature && again->certificates == sealed->certificates,
          "it decodes to itself");
  reader_of(sealed->kind)(sealed->body);
  return 0;
}
