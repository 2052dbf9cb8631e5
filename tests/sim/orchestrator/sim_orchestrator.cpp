#include "tests/sim/orchestrator/sim_orchestrator.hpp"

#include <utility>

#include "orchestrator/admission/applicant.hpp"
#include "proto/messages/join.hpp"
#include "proto/security/join_token.hpp"
#include "proto/transport/topics.hpp"

namespace muster::sim {

namespace topics = transport::topics;

namespace {

constexpr std::chrono::seconds kLookEvery{5};  // at what no message tells

std::vector<x509::Certificate> all_of(const std::map<std::string, x509::Certificate>& cas) {
  std::vector<x509::Certificate> all;
  for (const auto& [master, ca] : cas) all.push_back(ca);
  return all;
}

}  // namespace

SimOrchestrator::SimOrchestrator(Surroundings& around, const Site& site, const std::string& name,
                                 const Holder& holder, const provision::Workflow& workflow,
                                 const std::map<std::string, x509::Certificate>& cas,
                                 const OrchestratorOptions& options)
    : around_(around),
      workflow_(workflow),
      bus_(around, site, name, holder, all_of(cas)),
      waits_(around.loop),
      presences_(bus_, [this](const std::string& who, bool online) { on_member(who, online); }),
      calls_(bus_, waits_, true),
      masters_(presences_, calls_, waits_, cas, options.per_master),
      collective_(bus_, presences_),
      world_(bus_, presences_, calls_, masters_, waits_, [this](const auto&) { ++told_; }),
      provisioner_({workflow_, world_, collective_, waits_}, name, options.in_flight),
      notes_(collective_, bus_.clock(), workflow.name, name,
             [this](client::Record record) { provisioner_.tell_people(std::move(record)); }),
      look_(around.loop) {
  collective_.on_heard([this](const std::string& identity) { notes_.record_heard(identity); });
  bus_.listen(topics::join_announce("+"),
              [this](const transport::Message& message) { hear_announcement(message); });
}

void SimOrchestrator::switch_on() {
  around_.trace.line(bus_.name(), "is switched on");
  bus_.open([this] {
    around_.trace.line(bus_.name(), "has heard what is retained");
    look_around();
  });
}

// Before anything is there to be told, members are only known.
void SimOrchestrator::on_member(const std::string& identity, bool online) {
  if (!online) return;
  world_.member_changed(identity);
  provisioner_.member_changed(identity);
  notes_.member_changed(identity);
}

void SimOrchestrator::look_around() {
  look_.set(kLookEvery, [this] { look_around(); });
  notes_.tell_finished();
  if (!provisioner_.anyone_held_up() || is_looking_) return;
  is_looking_ = true;
  looking_ = masters_.states();
  looking_.start([this] {
    is_looking_ = false;
    provisioner_.masters_seen(looking_.take());
  });
}

// As the desk does it for a name that nobody has.
Result<provision::Joiner> SimOrchestrator::judge(const transport::Message& message) {
  const std::string client_id(topics::level(message.topic, 3).value_or(""));
  MUSTER_ASSIGN(const auto opened,
                admission::open_announcement(client_id, message.payload, bus_.nodes()));
  const auto& announce = opened.announce;
  const security::ProofContent proven{announce.nonce, client_id, announce.identity,
                                      opened.public_key};
  if (announce.token != bus_.site().token)
    return fail(Errc::refused, announce.identity + " shows another token");
  MUSTER_TRY(bus_.nodes().check(bus_.site().token_key,
                                security::proof_bytes(security::kTokenKeyPurpose, proven),
                                announce.token_proof));
  MUSTER_ASSIGN(const auto key, x509::Key::public_from_der(opened.public_key));
  messages::JoinAnswer answer;
  answer.client_id = client_id;
  answer.nonce = announce.nonce;
  answer.accepted = true;
  answer.sent_at_ms = bus_.clock().unix_ms();
  MUSTER_TRY(bus_.publish_sealed(envelope::Kind::join_answer, answer.encode(),
                                 topics::join_down(client_id), {}));
  return provision::Joiner{announce.identity,
                           {client_id, opened.public_key},
                           announce.facts.value_or(Value::object()),
                           key.fingerprint(),
                           announce.address,
                           {},
                           "token"};
}

void SimOrchestrator::hear_announcement(const transport::Message& message) {
  if (message.payload.empty())
    return provisioner_.left(std::string(topics::level(message.topic, 3).value_or("")));
  const auto joiner = judge(message);
  if (joiner) {
    around_.trace.line(bus_.name(), "admits " + joiner->identity);
    provisioner_.joined(*joiner);
  } else {
    around_.trace.line(bus_.name(), "refuses an announcement: " + joiner.error().message);
  }
}

}  // namespace muster::sim
