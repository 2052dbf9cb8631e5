// Every field of every message by itself: it travels, and comes back. The names are held to muster.proto, so that a new
// field has a row here.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <regex>

#include "proto/base/files.hpp"
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

namespace muster::messages {
namespace {

using testing::ContainerEq;

std::string bytes_of(const std::string& encoded) {
  return encoded;
}
std::string bytes_of(const Result<std::string>& encoded) {
  return encoded.value();
}

// The names of a message's fields, as the schema has them.
std::set<std::string> fields_of(const std::string& message) {
  const auto schema = base::read_file(MUSTER_SCHEMA).value();
  const auto begin = schema.find("\nmessage " + message + " {");
  EXPECT_NE(begin, std::string::npos) << message;
  const auto body = schema.substr(begin, schema.find("\n}", begin) - begin);
  const std::regex field(R"(\n  (?:repeated )?[\w<>, ]+ (\w+) = \d+;)");
  std::set<std::string> names;
  for (std::sregex_iterator at(body.begin(), body.end(), field), end; at != end; ++at)
    names.insert((*at)[1]);
  return names;
}

template <class Message>
using Fields = std::map<std::string, std::function<void(Message&)>>;

template <class Message>
void expect_fields_travel(const std::string& name, const Fields<Message>& fields,
                          const Message& least = {}) {
  std::set<std::string> named;
  for (const auto& [field, set] : fields) {
    named.insert(field);
    Message message = least;
    set(message);
    const auto body = bytes_of(message.encode());
    EXPECT_NE(body, bytes_of(least.encode())) << name << "." << field << " does not travel";
    const auto back = Message::decode(body);
    ASSERT_TRUE(back) << name << "." << field << ": " << back.error().message;
    EXPECT_EQ(bytes_of(back->encode()), body) << name << "." << field << " does not come back";
  }
  EXPECT_THAT(named, ContainerEq(fields_of(name)));
}

// A row of the table, for a field of the same name.
#define FIELD(name, ...)                                     \
  {                                                          \
#name, [](auto& message) { message.name = __VA_ARGS__; } \
  }

const Value kMap = {{"country", "de"}, {"ports", {80, 443}}};

TEST(MessagesTest, EveryFieldOfARequestTravels) {
  expect_fields_travel<Request>(
      "Request", {FIELD(id, "r1"), FIELD(collective, "c"), FIELD(agent, "a"), FIELD(action, "do"),
                  FIELD(caller, "ops"), FIELD(sent_at_ms, 1), FIELD(ttl_s, 2),
                  FIELD(filter, filter::Text{{"a=b"}, {"web"}, {"puppet"}, {"n1"}, {"not x"}}),
                  FIELD(targets, {"n1", "n2"}), FIELD(arguments, kMap), FIELD(reply_to, "t"),
                  FIELD(timeout_s, 3), FIELD(tell_mismatch, true), FIELD(confirmed, true),
                  FIELD(approved, Approved{"what", {"one", "two"}})});
}

TEST(MessagesTest, ARequestWithoutArgumentsHasAMapWithoutEntries) {
  const auto request = Request::decode("");
  ASSERT_TRUE(request);
  EXPECT_EQ(request->arguments.value(), Value::object());
}

TEST(MessagesTest, ARequestWhoseArgumentsCannotBeReadCanBeAnswered) {
  // id "x"; arguments of a kind that nobody knows, in a list
  const auto request = Request::decode(std::string("\x0a\x01x\x52\x04\x3a\x02\x0a\x00", 9));
  ASSERT_TRUE(request);
  EXPECT_EQ(request->id, "x");
  EXPECT_EQ(request->arguments.error().code, Errc::invalid_data);
  EXPECT_FALSE(request->encode());
}

TEST(MessagesTest, EveryFieldOfAReplyTravels) {
  expect_fields_travel<Reply>(
      "Reply",
      {FIELD(request_id, "r1"), FIELD(identity, "n1"), FIELD(agent, "a"), FIELD(action, "do"),
       FIELD(status, 4), FIELD(outcome, Outcome::filtered), FIELD(message, "no"), FIELD(data, kMap),
       FIELD(sent_at_ms, 1), FIELD(left_out_bytes, 7)});
}

TEST(MessagesTest, EachOutcomeComesBack) {
  for (const auto outcome :
       {Outcome::answered, Outcome::refused, Outcome::expired, Outcome::busy, Outcome::filtered}) {
    Reply reply;
    reply.outcome = outcome;
    EXPECT_EQ(Reply::decode(reply.encode())->outcome, outcome);
  }
  EXPECT_EQ(Reply::decode("\x30\x63")->outcome, Outcome::unknown);  // field 6, 99
}

TEST(MessagesTest, EveryFieldOfAPresenceTravels) {
  expect_fields_travel<Presence>(
      "Presence", {FIELD(identity, "n1"), FIELD(version, "1"), FIELD(collectives, {"c"}),
                   FIELD(agents, {"puppet"}), FIELD(facts, kMap), FIELD(started_at_ms, 1),
                   FIELD(session, "s"), FIELD(address, "::1"), FIELD(classes, {"web"}),
                   FIELD(sent_at_ms, 2), FIELD(roots, {"12345678"}), FIELD(left_out_classes, 1),
                   FIELD(left_out_facts, 2), FIELD(left_out_agents, 3)});
}

TEST(MessagesTest, APresenceThatIsStampedSaysTheSameAtAnotherTime) {
  Presence presence;
  presence.identity = "n1";
  presence.facts = kMap;
  const auto stamped = Presence::decode(Presence::stamped(presence.encode().value(), 42));
  ASSERT_TRUE(stamped);
  EXPECT_EQ(stamped->sent_at_ms, 42);
  EXPECT_EQ(stamped->identity, "n1");
  EXPECT_EQ(stamped->facts, kMap);
}

TEST(MessagesTest, EveryFieldOfAnEventTravels) {
  expect_fields_travel<Event>("Event", {FIELD(id, "e"), FIELD(type, "job"), FIELD(identity, "n1"),
                                        FIELD(at_ms, 1), FIELD(data, kMap)});
}

TEST(MessagesTest, EveryFieldOfARegistrationTravels) {
  expect_fields_travel<Registration>(
      "Registration",
      {FIELD(identity, "n1"), FIELD(version, "1"), FIELD(collectives, {"c"}), FIELD(agents, {"a"}),
       FIELD(classes, {"web"}), FIELD(facts, kMap), FIELD(sent_at_ms, 1), FIELD(interval_s, 2),
       FIELD(session, "s"), FIELD(left_out_bytes, 3), FIELD(left_out_classes, 4)});
}

TEST(MessagesTest, EveryFieldOfAnAnnouncementTravels) {
  expect_fields_travel<JoinAnnounce>(
      "JoinAnnounce",
      {FIELD(client_id, "c"), FIELD(identity, "n1"), FIELD(token, "t"), FIELD(facts, kMap),
       FIELD(version, "1"), FIELD(nonce, "n"), FIELD(sent_at_ms, 1), FIELD(address, "::1"),
       FIELD(ca_certificate, "ca"), FIELD(agents, {"a"}), FIELD(ca_proof, "p"),
       FIELD(ca_proof_certificate, "pc"), FIELD(token_proof, "tp"), FIELD(old_certificate, "oc"),
       FIELD(old_proof, "op"), FIELD(extensions, {{"1.2", "web"}}),
       FIELD(alternative_names, {"www"})});
}

TEST(MessagesTest, EveryFieldOfAJoinAnswerTravels) {
  expect_fields_travel<JoinAnswer>(
      "JoinAnswer",
      {FIELD(client_id, "c"), FIELD(nonce, "n"), FIELD(accepted, true), FIELD(reason, "r"),
       FIELD(sent_at_ms, 1), FIELD(member, true), FIELD(waiting, true)});
}

TEST(MessagesTest, EveryFieldOfAnEndorsementTravels) {
  expect_fields_travel<TrustedCa>(
      "TrustedCa",
      {FIELD(certificate, "der"), FIELD(offered_by, "o"), FIELD(at_ms, 1), FIELD(master, "m"),
       FIELD(patterns, {"*.de"}), FIELD(facts, kMap), FIELD(number, 2), FIELD(withdrawn, true),
       FIELD(ends_at_ms, 3), FIELD(retired_by, "ops"), FIELD(retired_at_ms, 4)});
}

TEST(MessagesTest, EveryFieldOfAPieceTravels) {
  RevocationPiece piece;  // another is refused
  piece.count = 3;
  piece.data = "x";
  expect_fields_travel<RevocationPiece>(
      "RevocationPiece",
      {FIELD(ca_fingerprint, "f"), FIELD(number, 1), FIELD(digest, "d"), FIELD(index, 2),
       FIELD(count, 4), FIELD(data, "other"), FIELD(sent_at_ms, 5)},
      piece);
}

TEST(MessagesTest, EveryFieldAboutTokensTravels) {
  expect_fields_travel<TokenUse>(
      "TokenUse", {FIELD(token_id, "t"), FIELD(identity, "n1"), FIELD(key_fingerprint, "k"),
                   FIELD(at_ms, 1), FIELD(ca_fingerprint, "c"), FIELD(further, true),
                   FIELD(expires_at_ms, 2), FIELD(issued_at_ms, 3), FIELD(allowed_uses, 4),
                   FIELD(stage, UseStage::withdrawn), FIELD(claimed_by, "s")});
  expect_fields_travel<TokenRevocation>("TokenRevocation", {FIELD(token_id, "t"), FIELD(by, "ops"),
                                                            FIELD(reason, "r"), FIELD(at_ms, 1)});
}

TEST(MessagesTest, EveryFieldOfARollCallTravels) {
  expect_fields_travel<RollCall>("RollCall", {FIELD(call, "c")});
  expect_fields_travel<RollAnswer>("RollAnswer", {FIELD(call, "c"), FIELD(host, "h"),
                                                  FIELD(session, "s"), FIELD(broker_roots, {"f"})});
}

TEST(MessagesTest, EveryFieldAboutRootsTravels) {
  expect_fields_travel<RootStatement>("RootStatement",
                                      {FIELD(content, "c"), FIELD(new_signature, "s")});
  expect_fields_travel<RootContent>(
      "RootContent", {FIELD(root, "operators"), FIELD(number, 1), FIELD(old_root, "o"),
                      FIELD(new_root, "n"), FIELD(finished, true), FIELD(at_ms, 2)});
}

TEST(MessagesTest, EveryFieldOfABanTravels) {
  expect_fields_travel<NodeBan>(
      "NodeBan", {FIELD(identity, "n1"), FIELD(banned, true), FIELD(number, 1), FIELD(reason, "r"),
                  FIELD(by, "ops"), FIELD(at_ms, 2)});
}

TEST(MessagesTest, WhatABanSaysIsOneLineOfText) {
  NodeBan ban{"n1", true, 1, "stolen: \u00e4rgerlich", "cert=ops", 2};
  EXPECT_TRUE(NodeBan::decode(ban.encode()));
  for (const std::string bad : {"a\nb", "a\x1b[2J", "\x7f"}) {
    ban.reason = bad;
    const auto read = NodeBan::decode(ban.encode());
    ASSERT_FALSE(read) << bad;
    EXPECT_EQ(read.error().code, Errc::invalid_data);
  }
  ban.reason = std::string("a\0b", 3);
  EXPECT_FALSE(NodeBan::decode(ban.encode()));
  ban.reason = "stolen";
  ban.by = std::string(kBanByMaxBytes + 1, 'x');
  EXPECT_EQ(NodeBan::decode(ban.encode()).error().code, Errc::limit);
  ban.by = "a\nb";
  EXPECT_FALSE(NodeBan::decode(ban.encode()));
}

TEST(MessagesTest, EveryFieldOfAWorkflowTravels) {
  expect_fields_travel<WorkflowText>("Workflow", {FIELD(text, "t")});
}

TEST(MessagesTest, EveryFieldOfAnApprovalTravels) {
  expect_fields_travel<Approval>("Approval",
                                 {FIELD(id, "i"), FIELD(approver, "ops"), FIELD(digest, "d")});
}

TEST(MessagesTest, EveryFieldOfARecordTravels) {
  expect_fields_travel<ProvisionRecord>("ProvisionRecord",
                                        {FIELD(identity, "n1"),
                                         FIELD(state, "running"),
                                         FIELD(workflow, "w"),
                                         FIELD(step, "s"),
                                         FIELD(master, "m"),
                                         FIELD(orchestrator, "o"),
                                         FIELD(attempts, 1),
                                         FIELD(started_at_ms, 2),
                                         FIELD(updated_at_ms, 3),
                                         FIELD(finished_at_ms, 4),
                                         FIELD(steps, {{"sign", "done", 1, 2, 3, "why"}}),
                                         FIELD(reason, "r"),
                                         FIELD(last_output, "l"),
                                         FIELD(run_id, "i"),
                                         FIELD(retry_at_ms, 5),
                                         FIELD(queued_at_ms, 9),
                                         FIELD(retries, 2),
                                         FIELD(told, true),
                                         FIELD(waits, {{"ok", "dba", 1, 2, "carol"}}),
                                         FIELD(no_step_since_ms, 7),
                                         FIELD(steps_most, 3),
                                         FIELD(told_late, true),
                                         FIELD(untold, true),
                                         FIELD(master_queued_at_ms, 8),
                                         FIELD(key_fingerprint, "k"),
                                         FIELD(address, "a"),
                                         FIELD(claim, NameClaim{"k", "a", 1, true}),
                                         FIELD(approval, NameApproval{"k", "ops", 1, 2}),
                                         FIELD(ca_fingerprint, "c"),
                                         FIELD(workflow_hash, "h"),
                                         FIELD(finished, {"make-csr", "sign"}),
                                         FIELD(fence, 6)});
}

TEST(MessagesTest, EveryFieldOfTheRegistryTravels) {
  expect_fields_travel<RegistryRequest>(
      "RegistryRequest",
      {FIELD(id, "r1"), FIELD(collective, "c"), FIELD(caller, "ops"), FIELD(sent_at_ms, 1),
       FIELD(ttl_s, 2), FIELD(filter, filter::Text{{"a=b"}}), FIELD(reply_to, "t"),
       FIELD(orchestrator, "o"), FIELD(after, "n"), FIELD(max_age_s, 3), FIELD(with_content, true),
       FIELD(confirmed, true), FIELD(online, true)});
  Registration registration;
  registration.identity = "n1";
  const auto content = registration.encode();
  expect_fields_travel<RegistryReply>(
      "RegistryReply", {FIELD(request_id, "r1"),
                        FIELD(orchestrator, "o"),
                        FIELD(more, true),
                        FIELD(known, 1),
                        {"entries",
                         [content](auto& reply) {
                           reply.entries = {{"n1", 1, content, false}, {"n2", 2, "", true}};
                         }},
                        FIELD(heard_all, true),
                        FIELD(sent_at_ms, 2),
                        FIELD(status, 4),
                        FIELD(message, "m")});
}

}  // namespace
}  // namespace muster::messages
