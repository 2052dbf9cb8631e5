#include "plugins/http/client_pool.hpp"

#include <algorithm>

namespace muster::http {

ClientPool::Loan::Loan(ClientPool& pool, std::unique_ptr<Client> client)
    : pool_(&pool), client_(std::move(client)) {}

ClientPool::Loan::~Loan() {
  if (client_) pool_->give_back(std::move(client_));
}

ClientPool::Loan ClientPool::take(Tls tls) {
  const auto oldest = std::chrono::steady_clock::now() - kIdleClientKept;
  std::unique_ptr<Client> client;
  {
    const std::lock_guard lock(mutex_);
    std::erase_if(idle_, [&](const Idle& idle) { return idle.since < oldest; });
    const auto found = std::find_if(idle_.begin(), idle_.end(),
                                    [&](const Idle& idle) { return idle.client->tls() == tls; });
    if (found != idle_.end()) {
      client = std::move(found->client);
      idle_.erase(found);
    }
  }
  if (!client) client = std::make_unique<Client>(std::move(tls));
  return {*this, std::move(client)};
}

void ClientPool::clear() {
  const std::lock_guard lock(mutex_);
  idle_.clear();
}

void ClientPool::give_back(std::unique_ptr<Client> client) {
  const std::lock_guard lock(mutex_);
  if (idle_.size() >= kIdleClientsMax) idle_.pop_front();
  idle_.push_back({std::move(client), std::chrono::steady_clock::now()});
}

}  // namespace muster::http
