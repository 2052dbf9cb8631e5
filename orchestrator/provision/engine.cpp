#include "orchestrator/provision/engine.hpp"

#include <fmt/format.h>

#include "orchestrator/client/fleet.hpp"
#include "orchestrator/client/link.hpp"
#include "orchestrator/provision/fields.hpp"
#include "proto/base/log.hpp"
#include "proto/base/names.hpp"
#include "proto/security/verifier.hpp"
#include "proto/transport/topics.hpp"

namespace muster::provision {
namespace {

namespace topics = transport::topics;

constexpr std::chrono::milliseconds kSettlePatience{10'000};
// Announcements waiting to be judged: of one client id, the one before and the one that says it has gone.
constexpr base::FairLimits kAnnouncementQueue{.items = 20'000,
                                              .per_sender = 4,
                                              .bytes = std::size_t{64} << 20U,
                                              .bytes_per_sender = std::size_t{2} << 20U};

}  // namespace

Engine::Engine(client::Link& link, Workflow workflow, EngineOptions options)
    : link_(link), workflow_(std::move(workflow)), options_(std::move(options)) {}

Result<std::unique_ptr<Engine>> Engine::start(client::Link& link, Workflow workflow,
                                              EngineOptions options) {
  std::unique_ptr<Engine> engine(new Engine(link, std::move(workflow), std::move(options)));
  MUSTER_TRY(engine->open());
  return engine;
}

// In this order: whom to believe, what was done before, who is online; then whoever waits.
Status Engine::open() {
  MUSTER_ASSIGN(trust_, TrustKeeper::open(link_, options_.state_folder));
  MUSTER_ASSIGN(debts_, Debts::open(options_.state_folder / "debts.json"));
  MUSTER_ASSIGN(caller_, client::Caller::start(link_));
  MUSTER_ASSIGN(records_, client::Records::watch(
                              link_, [this](const client::Record& record) { on_record(record); }));
  MUSTER_TRY(records_->wait_complete(kSettlePatience));
  MUSTER_ASSIGN(ledger_, TokenLedger::watch(link_, kLedgerPatience,
                                            {.file = options_.state_folder / "tokens.db",
                                             .on_full = options_.on_ledger_full}));
  trust_->follow(ledger_.get());
  MUSTER_ASSIGN(fleet_,
                client::Fleet::watch(link_, [this](const std::string& identity, bool online) {
                  on_fleet(identity, online);
                }));
  MUSTER_TRY(fleet_->wait_complete(kSettlePatience));
  masters_ = std::make_unique<Masters>(link_, *fleet_, *caller_, *debts_, options_.per_master,
                                       workflow_.facts_of_masters());
  auto world = std::make_unique<LiveWorld>(link_, *fleet_, *caller_, *masters_);
  MUSTER_TRY(world->start());
  open_desk();
  {
    const std::lock_guard lock(mutex_);
    world_ = std::move(world);
  }
  for (const auto& member : fleet_->members()) on_fleet(member.identity, true);
  scheduler_ = std::thread([this] { schedule(); });
  return subscribe();
}

Status Engine::subscribe() {
  auto worker = std::make_shared<client::Worker<transport::Message>>(
      "announcements", kAnnouncementQueue,
      [this](const transport::Message& message) { on_announcement(message); });
  {
    const std::lock_guard lock(mutex_);
    announcements_ = worker;
  }
  MUSTER_ASSIGN(announced_,
                link_.bus().subscribe(topics::join_announce("+"), transport::Qos::at_least_once,
                                      [inbox = std::move(worker)](transport::Message message) {
                                        client::post_message(*inbox, std::move(message));
                                      }));
  return {};
}

Engine::~Engine() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  announced_.end();
  if (announcements_) announcements_->stop();
  if (trust_) trust_->follow(nullptr);
  if (gone_) gone_->stop();
  questions_.reset();  // its threads call the desk, as those of the next do
  gone_.reset();
  if (world_) world_->stop();
  if (scheduler_.joinable()) scheduler_.join();
  for (auto& run : runs_)
    if (run.thread.joinable()) run.thread.join();
  fleet_.reset();  // its change handler uses the rest, and so does that of the records
  records_.reset();
}

Engine::TimePoint Engine::now() const {
  return link_.clock().steady();
}

// With mutex_ held.
Engine::Node* Engine::node_for(const std::string& identity) {
  const auto at = nodes_.find(identity);
  if (at != nodes_.end()) return &at->second;
  if (nodes_.size() >= kNodesMax) {
    log::error("too many nodes wait to be provisioned; one is left out until others are finished",
               {{"limit", std::to_string(kNodesMax)}, {"node", identity}});
    return nullptr;
  }
  auto& node = nodes_[identity];
  node.backoff = std::make_unique<base::Backoff>(workflow_.retry_first, workflow_.retry_most);
  node.record = records_->find(identity);
  return &node;
}

void Engine::on_announcement(const transport::Message& message) {
  if (message.topic.empty()) return desk_->judge_again(message.payload);  // see judge_again()
  const std::string client_id(topics::level(message.topic, 3).value_or(""));
  stale_->hear(client_id, message);
  if (!message.payload.empty()) return desk_->judge(client_id, message.payload);
  // It went away, or is a member now.
  const std::lock_guard lock(mutex_);
  for (auto& [identity, node] : nodes_)
    if (node.join && node.join->client_id == client_id && !node.running) node.join.reset();
}

void Engine::on_joiner(const Joiner& joiner) {
  const std::lock_guard lock(mutex_);
  auto* node = node_for(joiner.identity);
  if (node == nullptr) return;
  const bool known = node->join && node->join->client_id == joiner.address.client_id;
  node->facts = joiner.facts;
  node->join = joiner.address;
  node->joined_with = joiner.key_fingerprint;
  node->address = joiner.told_address;
  node->grant = joiner.grant;
  node->token = joiner.token;
  if (node->running || (known && (node->settled || node->due > now()))) return;
  node->settled = false;
  node->due = now();
  wake_.notify_all();
}

// A name may be claimed by anybody who has a join credential: what is recorded of a node that is
// known stays.
void Engine::on_refused(const std::string& identity, const std::string& reason) {
  if (!base::check_identity(identity)) return;
  const auto known = records_->find(identity);
  if (fleet_->find(identity)) return;
  if (known && known->state == "finished") {
    // Perhaps it was installed anew, and waits; its history stays.
    auto record = *known;
    record.reason = "a machine that now announces itself under this name is refused: " + reason;
    if (record.reason != known->reason) publish(record);
    return;
  }
  if (known && known->state != "refused") return;
  client::Record record;
  record.identity = identity;
  record.state = "refused";
  record.reason = reason;
  record.orchestrator = link_.caller();
  record.updated_at_ms = link_.clock().unix_ms();
  record.started_at_ms = known ? known->started_at_ms : record.updated_at_ms;
  record.workflow = workflow_.name;
  publish(record);
}

void Engine::on_fleet(const std::string& identity, bool online) {
  const std::lock_guard lock(mutex_);
  if (!world_) return;  // still opening: all members are looked at then
  world_->fleet_changed();
  fleet_changed_ = true;
  wake_.notify_all();
  const auto member = online ? fleet_->find(identity) : std::nullopt;
  if (!online && desk_->waits(identity)) judge_again(identity);  // it may have the name now
  if (!member) return;
  const auto state = text_at(member->facts, "provision");
  const auto at = nodes_.find(identity);
  if (at != nodes_.end() && at->second.running) return;
  if (state != "waiting" && state != "claimed") return;
  auto* node = node_for(identity);
  if (node == nullptr) return;
  node->join.reset();
  node->token.clear();
  node->facts = member->facts;
  node->settled = false;
  node->due = std::max(node->due, now());
}

void Engine::publish(const client::Record& record) {
  // Before the node shows itself with a certificate of that CA.
  link_.bind(record.identity, record.ca_fingerprint);
  if (auto sent = client::publish_record(link_, record); !sent)
    log::warning("cannot publish a node's record",
                 {{"node", record.identity}, {"why", sent.error().message}});
}

}  // namespace muster::provision
