#include "tests/sim/orchestrator/sim_ledger.hpp"

#include <utility>

#include "orchestrator/provision/live/ledger_messages.hpp"
#include "proto/transport/topics.hpp"

namespace muster::sim {

namespace topics = transport::topics;
using provision::LedgerRow;

namespace {

constexpr std::chrono::milliseconds kSigning{1};

}  // namespace

SimLedger::SimLedger(BusMember& bus, loop::Waits& waits, OrchestratorDisk& disk)
    : bus_(bus),
      waits_(waits),
      disk_(disk),
      ledger_(*this, waits, {.collective = bus.site().collective}) {
  const auto& collective = bus.site().collective;
  const auto heard = [this](const transport::Message& message) { hear(message); };
  bus.listen(topics::token_revocation(collective, "+"), heard);
  bus.listen(topics::token_use(collective, "+", "+", "+"), heard);
  bus.on_gap({.begin =
                  [this] {
                    unseen_ = shown_;
                    ledger_.cut();
                  },
              .end = [this] { end_gap(); }});
}

// As client::Retained tells it: what a new link does not show was cleared.
void SimLedger::end_gap() {
  for (const auto& topic : std::exchange(unseen_, {})) ledger_.cleared(topic);
  ledger_.whole();
}

void SimLedger::hear(const transport::Message& message) {
  unseen_.erase(message.topic);
  if (message.payload.empty()) return ledger_.cleared(message.topic);
  shown_.insert(message.topic);
  if (const auto taken = take(message.topic, message.payload); !taken)
    bus_.around().trace.line(bus_.name(),
                             "refuses what is said of a token: " + taken.error().message);
}

Status SimLedger::take(const std::string& topic, const std::string& message) {
  const transport::Message heard{.topic = topic, .payload = message};
  const auto& collective = bus_.site().collective;
  if (topics::trust_kind(topic) == "use") {
    MUSTER_ASSIGN(const auto use, provision::read_token_use(heard, collective, bus_.operators()));
    ledger_.heard(use.body, use.signer_serial, LedgerRow{topic, message});
    return {};
  }
  MUSTER_ASSIGN(const auto revocation,
                provision::read_token_revocation(heard, collective, bus_.operators()));
  ledger_.heard(revocation.body, revocation.signer_serial, LedgerRow{topic, message});
  return {};
}

void SimLedger::bring_back() {
  ledger_.whole();
  const auto kept = disk_.ledger;
  for (const auto& [topic, message] : kept)
    if (!ledger_.knows(topic) && take(topic, message)) (void)publish(topic, message);
}

loop::Task<Result<std::string>> SimLedger::seal(envelope::Kind kind, std::string body) {
  loop::Wait signing(waits_, loop::Wait::Stops::no);
  co_await signing.until(kSigning);
  co_return bus_.sealer().seal(kind, std::move(body));
}

loop::Task<Status> SimLedger::keep(LedgerRow row) {
  auto writing = write_to(disk_, waits_, [this, row = std::move(row)]() mutable {
    disk_.ledger[row.topic] = std::move(row.message);
  });
  co_return co_await writing;
}

Status SimLedger::publish(const std::string& topic, std::string message) {
  return bus_.publish(topic, std::move(message), {.retain = true});
}

}  // namespace muster::sim
