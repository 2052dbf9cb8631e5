#include "tests/sim/orchestrator/sim_engine.hpp"

#include <utility>

#include "orchestrator/client/lifecycle.hpp"
#include "orchestrator/client/record_claim.hpp"
#include "proto/messages/event.hpp"
#include "proto/transport/topics.hpp"

namespace muster::sim {

namespace topics = transport::topics;
using provision::Announcements;

namespace {

constexpr std::chrono::seconds kLookEvery{5};  // at what no message tells

std::vector<x509::Certificate> all_of(const std::map<std::string, x509::Certificate>& cas) {
  std::vector<x509::Certificate> all;
  for (const auto& [master, ca] : cas) all.push_back(ca);
  return all;
}

client::LifecycleEvent departure_of(const SimEngine::Parts& parts) {
  client::LifecycleEvent event;
  event.id = parts.name + "-left";
  event.type = client::kOrchestratorLeft;
  event.identity = parts.name;
  event.at_ms = parts.timers.clock().unix_ms();
  return event;
}

BusMember::MakeWill will_of(const SimEngine::Parts& parts) {
  return [&parts](const security::Sealer& sealer) {
    const auto event = departure_of(parts);
    return Will{topics::event(parts.site.collective, event.type, event.identity),
                client::seal_event(sealer, event, event.at_ms).value(), /*retain=*/false};
  };
}

}  // namespace

SimEngine::SimEngine(const Parts& parts)
    : parts_(parts),
      bus_(parts.around, parts.site, parts.name, parts.holder, all_of(parts.cas), parts.timers,
           will_of(parts)),
      waits_(parts.timers),
      presences_(bus_, [this](const std::string& who, bool online) { on_member(who, online); }),
      calls_(bus_, waits_, true),
      marks_(bus_, parts.disk, parts.cas),
      masters_({presences_, calls_, waits_, parts.cas, marks_, parts.options.per_master,
                parts.options.masters_lend,
                [this](const std::string& master) {
                  const auto& told = parts_.around.enlisted;
                  if (told) told(parts_.name, master);
                },
                [this](const std::string& master, std::size_t places) {
                  parts_.around.trace.line(parts_.name,
                                           master + " lends " + std::to_string(places));
                }}),
      collective_(bus_, presences_, [this](const auto& record) { on_record(record); }),
      world_({bus_, presences_, calls_, masters_, waits_, parts.disk}),
      ledger_(bus_, waits_, parts.disk),
      debts_(bus_, parts.disk),
      retire_site_({bus_, marks_, presences_, collective_, parts.disk, waits_, parts.cas}),
      rules_(parts.workflow),
      provisioner_({rules_, world_, collective_, waits_}, parts.name, parts.options.in_flight),
      orders_({provisioner_, world_, collective_, parts.workflow.lease}, parts.name),
      retirements_({retire_site_, world_, parts.timers.clock(),
                    [this](std::string node, const provision::Retiring& from) {
                      return orders_.move_away(
                          std::move(node),
                          {from.master, from.ca_pem, from.retired_by,
                           [ca = from.ca](const std::string& its) { return its == ca; }});
                    }},
                   parts.name),
      notes_({collective_, waits_, rules_, parts.name,
              [this](client::Record record) { provisioner_.tell_people(std::move(record)); },
              [this](const std::string& identity) { return provisioner_.machine_here(identity); }}),
      questions_(world_, waits_, [this] { return masters_.all_online(); }),
      lost_records_({collective_, world_, waits_, parts.name,
                     [this](std::string identity) { return remembered(std::move(identity)); }}),
      zone_({bus_, waits_, presences_, collective_, questions_, provisioner_, notes_, lost_records_,
             parts.workflow.name}),
      desk_(zone_, ledger_.ledger(), waits_),
      door_(std::make_shared<loop::ClosablePoster>(parts.timers)),
      announcements_(std::make_shared<Announcements>(
          door_,
          [this](transport::Message message, Announcements::Done done) {
            hear_announcement(std::move(message), std::move(done));
          })),
      look_(parts.timers) {
  bus_.listen(topics::event(parts.site.collective, client::kOrchestratorLeft, "+"),
              [this](const transport::Message& message) { hear_departure(message); });
  plug();
  bus_.open([this] { begin(); });
}

SimEngine::~SimEngine() {
  announcements_->close();
  door_->close();
}

// Whom to believe, what was done before and who is online is known; then whoever waits.
void SimEngine::begin() {
  parts_.around.trace.line(bus_.name(), "has heard what is retained");
  is_open_ = true;
  collective_.opened();
  debts_.opened();
  marks_.opened();
  retire_site_.opened();
  ledger_.bring_back();
  lost_records_.begin();
  for (const auto& [identity, record] : parts_.disk.history) lost_records_.is_remembered(identity);
  for (const auto& identity : collective_.names()) notes_.record_heard(identity);
  for (const auto& identity : presences_.names()) on_member(identity, true);
  bus_.listen_more(topics::join_announce("+"),
                   [this](const transport::Message& message) { announcements_->push(message); });
  look_around();
}

void SimEngine::hear_announcement(transport::Message message, Announcements::Done done) {
  std::string client_id(topics::level(message.topic, 3).value_or(""));
  if (!message.payload.empty())
    return desk_.judge(std::move(client_id), std::move(message.payload), std::move(done));
  desk_.left(client_id);
  provisioner_.left(client_id);
  done();
}

// As Engine::on_orchestrator_left().
void SimEngine::hear_departure(const transport::Message& message) {
  if (!is_open_) return;
  const auto opened = security::open(message.payload, envelope::Kind::event, bus_.operators());
  if (!opened) return;
  const auto event = messages::Event::decode(opened->body);
  if (!event || event->identity != opened->signer || event->identity == parts_.name) return;
  parts_.around.trace.line(bus_.name(), event->identity + " has left");
  provisioner_.orchestrator_left(event->identity);
}

// Before all is heard, members are only known.
void SimEngine::on_member(const std::string& identity, bool online) {
  if (!is_open_) return;
  if (online) {
    world_.member_changed(identity);
    provisioner_.member_changed(identity);
    notes_.member_changed(identity);
    lost_records_.look_at(identity);
  } else if (desk_.waits(identity)) {
    desk_.judge_again(identity);
  }
}

// As history::History; what was heard while the disk was full is missing.
void SimEngine::remember(const client::Record& record) {
  const bool is_end =
      record.state == "finished" || record.state == "failed" || record.state == client::kCancelled;
  if (!is_end || parts_.disk.full) return;
  auto& kept = parts_.disk.history[record.identity];
  if (client::rank_of(record) > client::rank_of(kept)) kept = record;
}

loop::Task<std::optional<client::Record>> SimEngine::remembered(std::string identity) {
  const auto at = parts_.disk.history.find(identity);
  co_return at == parts_.disk.history.end() ? std::nullopt : std::optional(at->second);
}

void SimEngine::on_record(const client::Record& record) {
  remember(record);
  if (!is_open_) return;
  lost_records_.look_at(record.identity);
  provisioner_.record_heard(record.identity);
  notes_.record_heard(record.identity);
  if (record.approval) desk_.judge_again(record.identity);
}

void SimEngine::look_around() {
  look_.set(kLookEvery, [this] { look_around(); });
  ledger_.ledger().try_again();
  collective_.put_back();
  debts_.look();
  marks_.look();
  retirements_.look();
  if (std::exchange(is_looking_, true)) return;
  looking_ = look();
  looking_.start([this] { is_looking_ = false; });
}

// As Engine::look().
loop::Task<Status> SimEngine::look() {
  lost_records_.rebuild();
  auto paying = world_.pay_debts();
  co_await paying;
  notes_.tell_finished();
  notes_.tell_untold();
  auto keeping = masters_.keep_places();
  co_await keeping;
  if (!provisioner_.anyone_held_up()) co_return Status{};
  auto asked = masters_.states();
  auto states = co_await asked;
  if (!waits_.stopping()) provisioner_.masters_seen(std::move(states));
  co_return Status{};
}

}  // namespace muster::sim
