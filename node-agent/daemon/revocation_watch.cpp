#include "node-agent/daemon/revocation_watch.hpp"

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
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

Status RevocationWatch::load() {
  return folder_.load(store_);
}

void RevocationWatch::hear(transport::Message message) {
  if (message.payload.empty()) return;  // what somebody cleared still counts
  const bool ours = store_.trusts(std::string(transport::topics::last_level(message.topic)));
  const std::lock_guard lock(mutex_);
  auto topic = message.topic;
  auto& line = ours ? waiting_ : of_unknown_roots_;
  if (!ours && line.size() >= kListsOfUnknownRootsMax && !line.contains(topic)) return;
  line.insert_or_assign(std::move(topic), std::move(message));
  changed_.notify_all();
}

void RevocationWatch::roots_changed() {
  decltype(of_unknown_roots_) heard;
  {
    const std::lock_guard lock(mutex_);
    heard.swap(of_unknown_roots_);
  }
  for (auto& [topic, message] : heard) hear(std::move(message));
}

bool RevocationWatch::drain(std::chrono::milliseconds patience) {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, patience, [this] { return waiting_.empty() && !busy_; });
}

void RevocationWatch::work() {
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [this] { return stopping_ || !waiting_.empty(); });
    if (stopping_) return;
    const auto message = std::move(waiting_.extract(waiting_.begin()).mapped());
    busy_ = true;
    lock.unlock();
    if (auto taken = take(message); !taken && lines_.pass(message.topic))
      log::warning("a revocation list was refused",
                   {{"topic", message.topic}, {"why", taken.error().message}});
    lock.lock();
    busy_ = false;
    changed_.notify_all();
  }
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
