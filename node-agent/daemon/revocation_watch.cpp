#include "node-agent/daemon/revocation_watch.hpp"

#include <utility>

#include "proto/base/log.hpp"
#include "proto/base/thread_name.hpp"
#include "proto/transport/topics.hpp"
#include "proto/x509/revocation_list.hpp"

namespace muster::agent {

RevocationWatch::RevocationWatch(security::TrustStore& store, std::filesystem::path folder,
                                 const base::Clock& clock)
    : store_(store), folder_(std::move(folder)), lines_(clock, kRefusedLists), thread_([this] {
        base::name_thread("revocations");
        work();
      }) {}

RevocationWatch::~RevocationWatch() {
  state_.with_lock([](State& state) { state.stopping = true; });
  changed_.notify_all();
  thread_.join();
}

Status RevocationWatch::load() {
  return folder_.load(store_);
}

void RevocationWatch::hear(transport::Message message) {
  if (message.payload.empty()) return;  // what somebody cleared still counts
  const bool ours = store_.trusts(std::string(transport::topics::last_level(message.topic)));
  const base::Locked state(state_);
  auto topic = message.topic;
  auto& line = ours ? state->waiting : state->of_unknown_roots;
  if (!ours && line.size() >= kListsOfUnknownRootsMax && !line.contains(topic)) return;
  line.insert_or_assign(std::move(topic), std::move(message));
  changed_.notify_all();
}

void RevocationWatch::roots_changed() {
  auto heard =
      state_.with_lock([](State& state) { return std::exchange(state.of_unknown_roots, {}); });
  for (auto& [topic, message] : heard) hear(std::move(message));
}

bool RevocationWatch::drain(std::chrono::milliseconds patience) {
  base::Locked state(state_);
  return state.wait_for(changed_, patience, [&] { return state->waiting.empty() && !state->busy; });
}

void RevocationWatch::work() {
  while (const auto message = next()) {
    if (auto taken = take(*message); !taken && lines_.pass(message->topic))
      log::warning("a revocation list was refused",
                   {{"topic", message->topic}, {"why", taken.error().message}});
    state_.with_lock([](State& state) { state.busy = false; });
    changed_.notify_all();
  }
}

// Waits for it; nothing once we end.
std::optional<transport::Message> RevocationWatch::next() {
  base::Locked state(state_);
  state.wait(changed_, [&] { return state->stopping || !state->waiting.empty(); });
  if (state->stopping) return std::nullopt;
  state->busy = true;
  return std::move(state->waiting.extract(state->waiting.begin()).mapped());
}

Status RevocationWatch::take(const transport::Message& message) {
  MUSTER_ASSIGN(const auto list, x509::RevocationList::from_der(message.payload));
  MUSTER_ASSIGN(const auto root, store_.signer_of(list));
  MUSTER_ASSIGN(const bool is_new, store_.take(list));
  if (!is_new) return {};
  log::warning("certificates were revoked; who signs with one of them is refused from now on",
               {{"issuer", list.issuer_common_name()},
                {"list", std::to_string(list.number())},
                {"certificates", std::to_string(list.entries().size())}});
  if (auto saved = folder_.save(root, list); !saved)
    log::error("a revocation list could not be written down; after a restart it is heard anew",
               {{"why", saved.error().message}});
  return {};
}

}  // namespace muster::agent
