#include "orchestrator/provision/live/engine.hpp"

#include <algorithm>
#include <utility>

#include "orchestrator/client/fleet.hpp"
#include "orchestrator/client/link.hpp"
#include "orchestrator/client/reply_fields.hpp"
#include "orchestrator/workflow/parse.hpp"
#include "proto/base/log.hpp"
#include "proto/loop/elsewhere.hpp"
#include "proto/transport/topics.hpp"

namespace muster::provision {
namespace {

namespace topics = transport::topics;
using std::chrono::milliseconds;

constexpr milliseconds kCompletePatience{10'000};
constexpr std::chrono::seconds kLookEvery{15};
// A Puppet Server that is back while its agent never went makes no sound.
constexpr std::chrono::seconds kLookEveryWhenHeldUp{5};
constexpr milliseconds kLookAtMostEvery{1'000};      // however many members come and go
constexpr std::size_t kHashShown = 12;               // digits, in errors
constexpr std::size_t kThreadsOfEach = 2;            // that send, and that write
constexpr std::size_t kWaitingForThreads = 200'000;  // pieces of work, of each kind

// Nothing is left to do for a node that says so, or that was never provisioned by us.
bool is_finished(const client::Member& member) {
  const auto state = client::text_at(member.facts, "provision");
  return state.empty() || state == "finished";
}

}  // namespace

Engine::Engine(client::Link& link, workflow::Rules rules, EngineOptions options)
    : link_(link),
      rules_(std::move(rules)),
      options_(std::move(options)),
      thread_(link.clock()),
      poster_(std::make_shared<loop::ClosablePoster>(thread_.loop())),
      waits_(thread_.loop()),
      look_due_(thread_.loop()) {}

Result<std::unique_ptr<Engine>> Engine::start(client::Link& link, workflow::Rules rules,
                                              EngineOptions options) {
  std::unique_ptr<Engine> engine(new Engine(link, std::move(rules), std::move(options)));
  MUSTER_TRY(engine->open());
  return engine;
}

// In this order: whom to believe, what was done before, who is online; then whoever waits. What comes meanwhile waits for
// the loop, which begins when all is there.
Status Engine::open() {
  MUSTER_ASSIGN(trust_, TrustKeeper::open(link_, options_.state_folder));
  MUSTER_ASSIGN(debts_, DebtKeeper::open(link_, options_.state_folder / "debts.json"));
  MUSTER_ASSIGN(caller_, client::Caller::start(link_));
  MUSTER_ASSIGN(records_, client::Records::watch(
                              link_, [this](const client::Record& record) { on_record(record); },
                              client::Records::Duty::keeps));
  MUSTER_TRY(records_->wait_complete(kCompletePatience));
  open_threads();
  MUSTER_TRY(open_workflows());
  MUSTER_TRY(open_ledger());
  MUSTER_ASSIGN(fleet_, client::Fleet::watch(
                            link_, [this](const client::MemberChange& change) { on_fleet(change); },
                            client::Indexed::yes));
  MUSTER_TRY(fleet_->wait_complete(kCompletePatience));
  open_parts();
  MUSTER_TRY(world_->start());
  open_desk();
  announcements_ = std::make_shared<Announcements>(
      poster_, [this](transport::Message message, Announcements::Done done) {
        on_announcement(std::move(message), std::move(done));
      });
  thread_.start("provisioner");
  is_started_ = true;
  post([this] { look_around(); });
  for (const auto& record : records_->all())
    if (record.state == client::kLeaving && record.orchestrator == link_.caller())
      post([this, identity = record.identity] { departures_->go_on(identity); });
  MUSTER_ASSIGN(
      orchestrators_leaving_,
      client::Events::watch(
          link_, [this](const client::LifecycleEvent& event) { on_orchestrator_left(event); },
          client::kOrchestratorLeft));
  return subscribe();
}

void Engine::open_threads() {
  auto& loop = thread_.loop();
  const auto pool = [&](const char* name, std::size_t threads) {
    return std::make_unique<loop::ThreadPool>(loop, name, threads, kWaitingForThreads);
  };
  senders_ = pool("sender", kThreadsOfEach);
  writers_ = pool("writer", kThreadsOfEach);
  recorder_ = pool("recorder", 1);
  verifier_ = pool("verifier", 1);
  const auto& leaving = options_.decommission;
  const bool of_leaving = leaving && leaving->has(workflow::Kind::program);
  if (!rules_.have(workflow::Kind::program) && !of_leaving) return;
  program_threads_ = pool("program", kProgramsAtOnce);
  programs_ = std::make_unique<Programs>(*program_threads_, waits_);
}

// Before nodes are looked at, so that those that are in another one find it.
Status Engine::open_workflows() {
  MUSTER_ASSIGN(
      kept_workflows_,
      client::KeptWorkflows::watch(link_, [this](const std::string& hash, const std::string& text) {
        on_workflow(hash, text);
      }));
  // A node whose text is missing waits for it.
  if (const auto heard = kept_workflows_->wait_complete(kCompletePatience); !heard)
    log::warning("not all workflows that nodes are in are known yet",
                 {{"why", heard.error().message}});
  for (const auto& each : rules_.workflows()) MUSTER_TRY(kept_workflows_->keep(each->text));
  return {};
}

void Engine::on_workflow(const std::string& hash, const std::string& text) {
  if (rules_.find(hash)) return;
  auto read = std::make_shared<Result<workflow::Workflow>>(workflow::parse_workflow(
      text, "workflow " + hash.substr(0, kHashShown), rules_.last().agents));
  // Whoever stole another orchestrator's key would say what runs here.
  if (*read && (*read)->has(workflow::Kind::program))
    *read =
        fail(Errc::refused, "it runs programs, which only the orchestrator's own files may say");
  post([this, hash, read, wanted = records_->workflows_in_use().contains(hash)] {
    workflows_.heard(hash, std::move(*read));
    if (wanted) provisioner_->workflow_heard();
  });
}

Status Engine::open_ledger() {
  MUSTER_ASSIGN(
      ledger_,
      LiveLedger::open({link_, thread_.loop(), waits_, *verifier_, *writers_}, kLedgerPatience,
                       {.file = options_.state_folder / "tokens.db",
                        .on_full = [this](const std::string& why) { tell_ledger_full(why); }}));
  // Whoever was revoked may have signed what we count.
  fewer_believed_ = link_.on_fewer_believed().add([this, poster = poster_] {
    if (!poster->post([this] { fewer_are_believed(); }))
      log::error(
          "the loop has too much to do; what a revoked orchestrator signed is signed later, and "
          "machines that wait with a token of one are judged when they announce themselves");
  });
  return {};
}

// People are told by a row on the disk.
void Engine::tell_ledger_full(const std::string& why) {
  if (!options_.on_ledger_full) return;
  const auto taken = writers_->run([tell = options_.on_ledger_full, why] {
    tell(why);
    return loop::Executor::Then();
  });
  if (!taken)
    log::error("cannot tell that no join token can be used", {{"why", taken.error().message}});
}

void Engine::open_parts() {
  auto& loop = thread_.loop();
  stale_ = std::make_unique<StaleAnnouncements>(link_.bus(), link_.clock());
  asker_ = std::make_unique<Asker>(*caller_, *senders_, loop, waits_);
  masters_ = std::make_unique<Masters>(link_, *fleet_, *asker_, *writers_, *debts_,
                                       options_.per_master, rules_.facts_of_masters());
  payments_ = std::make_unique<DebtPayments>(DebtPayments::Parts{link_.clock(), *fleet_, *asker_,
                                                                 *writers_, *debts_, *masters_,
                                                                 kCleanTimeout, link_.caller()});
  world_ =
      std::make_unique<LiveWorld>(LiveWorld::Parts{link_, *fleet_, *asker_, *masters_, *writers_,
                                                   loop, waits_, trust_->bans(), programs_.get()},
                                  options_.notify);
  collective_ = std::make_unique<LiveCollective>(link_, *fleet_, *records_, *recorder_, waits_);
  provisioner_ = std::make_unique<Provisioner>(
      Provisioner::Parts{rules_, *world_, *collective_, waits_, &workflows_}, link_.caller(),
      options_.in_flight);
  orders_ = std::make_unique<Orders>(
      Orders::Parts{
          *provisioner_, *world_, *collective_, rules_.longest_lease(),
          [this](const std::string& identity) { return departures_->is_under_way(identity); }},
      link_.caller());
  step_approvals_ = std::make_unique<StepApprovals>(
      StepApprovals::Parts{*provisioner_, *world_, *collective_,
                           [this](const std::string& identity) { departures_->wake(identity); }},
      link_.caller());
  departures_ = std::make_unique<Departures>(
      Departures::Parts{*provisioner_, *world_, *collective_, options_.decommission},
      link_.caller());
  departures_->on_end([this] { end_if_idle(); });
  orders_->on_end([this] { end_if_idle(); });
  notes_ = std::make_unique<RecordNotes>(RecordNotes::Parts{
      *collective_, waits_, rules_, link_.caller(),
      [this](client::Record record) { provisioner_->tell_people(std::move(record)); },
      [this](const std::string& identity) { return provisioner_->machine_here(identity); }});
  provisioner_->on_end([this] {
    if (provisioner_->anyone_held_up()) look_soon();
    end_if_idle();
  });
  collective_->on_idle([this] { end_if_idle(); });
  ledger_->on_end([this] { end_if_idle(); });
  signing_.on_end([this] { end_if_idle(); });
  paying_.on_end([this] { end_if_idle(); });
  open_lost_records();
  open_retirements();
  for (const auto& record : records_->all()) {
    collective_->heard(record);
    notes_->record_heard(record.identity);
  }
  for (const auto& member : fleet_->members()) {
    provisioner_->member_changed(member->identity);
    notes_->member_changed(member->identity);
    lost_records_->look_at(member->identity);
  }
}

void Engine::open_lost_records() {
  LostRecords::Parts parts{*collective_, *world_, waits_, link_.caller(), {}};
  if (options_.remembered.latest)
    parts.remember = [this](std::string node) { return last_run_of(std::move(node)); };
  lost_records_ = std::make_unique<LostRecords>(std::move(parts));
  lost_records_->on_end([this] { end_if_idle(); });
  if (!options_.remembered.nodes) return;
  for (const auto& node : options_.remembered.nodes()) lost_records_->is_remembered(node);
}

Status Engine::subscribe() {
  MUSTER_ASSIGN(announced_,
                link_.bus().subscribe(topics::join_announce("+"), transport::Qos::at_least_once,
                                      [inbox = announcements_](transport::Message message) {
                                        inbox->push(std::move(message));
                                      }));
  return {};
}

// First nobody brings anything any more; then what runs ends; then the loop.
Engine::~Engine() {
  announced_.end();
  if (announcements_) announcements_->close();
  orchestrators_leaving_.reset();
  fewer_believed_.reset();
  poster_->close();
  if (gone_program_) gone_program_->stop();
  if (attestation_program_) attestation_program_->stop();
  if (!is_started_) return;
  if (thread_.loop().post([this] { begin_to_stop(); }))
    thread_.join();
  else
    thread_.stop();
  retirements_.reset();
  orders_.reset();
  provisioner_.reset();
}

void Engine::post(std::function<void()> task) {
  if (!thread_.loop().post(std::move(task)))
    log::error("the loop has too much to do; something that happened is lost");
}

void Engine::on_announcement(transport::Message message, Announcements::Done done) {
  std::string client_id(topics::level(message.topic, 3).value_or(""));
  stale_->hear(client_id, message);
  if (!message.payload.empty())
    return desk_->judge(std::move(client_id), std::move(message.payload), std::move(done));
  desk_->left(client_id);
  provisioner_->left(client_id);
  done();
}

// What is nothing to anybody here ends here: most of the fleet only shows itself again, every few minutes.
void Engine::on_fleet(const client::MemberChange& change) {
  const bool master = !change.shown_again() && change.concerns(kMasterAgent);
  if (change.shown_again() && is_finished(*change.after)) return;
  post([this, identity = change.identity, left = change.left(), master] {
    if (left)
      member_left(identity);
    else
      member_changed(identity);
    if (master) look_soon();
  });
}

void Engine::member_changed(const std::string& identity) {
  world_->member_changed(identity);
  provisioner_->member_changed(identity);
  notes_->member_changed(identity);
  lost_records_->look_at(identity);
}

void Engine::member_left(const std::string& identity) {
  if (desk_->waits(identity)) desk_->judge_again(identity);  // it may have the name now
}

// Its own word only: nobody ends another's leases.
void Engine::on_orchestrator_left(const client::LifecycleEvent& event) {
  if (event.signer != event.identity || event.identity == link_.caller()) return;
  log::info("another orchestrator has left the bus", {{"orchestrator", event.identity}});
  post([this, orchestrator = event.identity] { provisioner_->orchestrator_left(orchestrator); });
}

// Whichever orchestrator published the approval: each that has the machine waiting judges it anew.
void Engine::on_record(const client::Record& record) {
  if (options_.heard) options_.heard(record);
  post([this, record] {
    collective_->heard(record);
    provisioner_->record_heard(record.identity);
    notes_->record_heard(record.identity);
    lost_records_->look_at(record.identity);
    if (record.approval) desk_->judge_again(record.identity);
  });
}

void Engine::fewer_are_believed() {
  sign_anew();
  desk_->judge_distrusted();
}

void Engine::sign_anew() {
  if (!waits_.stopping()) signing_.begin(ledger_->ledger().sign_what_revoked_signed());
}

// A master came or went, or a node waits for one.
void Engine::look_soon() {
  const auto since = link_.clock().steady() - looked_;
  const auto left = std::chrono::ceil<milliseconds>(kLookAtMostEvery - since);
  look_due_.set(std::max(left, milliseconds(0)), [this] { look_around(); });
}

void Engine::look_around() {
  if (waits_.stopping()) return;
  look_again_ = is_looking_;
  ledger_->go_on();
  ledger_->ledger().try_again();
  if (is_looking_) return;
  is_looking_ = true;
  looking_ = look();
  looking_.start([this] {
    is_looking_ = false;
    looked_ = link_.clock().steady();
    if (look_again_)
      look_soon();
    else
      look_due_.set(provisioner_->anyone_held_up() ? kLookEveryWhenHeldUp : kLookEvery,
                    [this] { look_around(); });
    end_if_idle();
  });
}

// What no message tells.
loop::Task<Status> Engine::look() {
  const auto gone = std::make_shared<std::vector<std::string>>();  // workflows
  auto kept = loop::on_executor<Status>(*writers_, waits_, [this, gone] {
    trust_->keep();
    debts_->keep();
    stale_->clear();
    records_->put_back();
    *gone = kept_workflows_->keep_only(records_->workflows_in_use());
    return Status{};
  });
  co_await kept;
  for (const auto& hash : *gone)
    if (!kept_workflows_->knows(hash)) workflows_.forget(hash);  // it may have come back
  sign_anew();
  lost_records_->rebuild();
  if (paying_.idle()) paying_.begin(pay_debts());
  retirements_->look();
  notes_->tell_finished();
  notes_->tell_untold();
  auto places = masters_->keep_places();
  co_await places;
  if (!provisioner_->anyone_held_up()) co_return Status{};
  auto asked = masters_->states();
  auto states = co_await asked;
  if (!waits_.stopping()) provisioner_->masters_seen(std::move(states));
  co_return Status{};
}

// A master that hangs must not keep us from looking.
loop::Task<Status> Engine::pay_debts() {
  auto paid = payments_->pay();
  co_await paid;
  co_return Status{};
}

void Engine::begin_to_stop() {
  waits_.stop();
  end_if_idle();
}

void Engine::end_if_idle() {
  const bool idle = provisioner_->idle() && collective_->idle() && desk_->idle() && zone_->idle() &&
                    ledger_->idle() && signing_.idle() && paying_.idle() && orders_->idle() &&
                    lost_records_->idle() && departures_->idle() && retirements_->idle() &&
                    !is_looking_;
  if (waits_.stopping() && idle) thread_.loop().stop();
}

}  // namespace muster::provision
