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
  idle_.with_lock([&](std::list<Idle>& all) {
    std::erase_if(all, [&](const Idle& idle) { return idle.since < oldest; });
    const auto found = std::find_if(all.begin(), all.end(),
                                    [&](const Idle& idle) { return idle.client->tls() == tls; });
    if (found == all.end()) return;
    client = std::move(found->client);
    all.erase(found);
  });
  if (!client) client = std::make_unique<Client>(std::move(tls));
  return {*this, std::move(client)};
}

void ClientPool::clear() {
  idle_.with_lock([](std::list<Idle>& all) { all.clear(); });
}

void ClientPool::give_back(std::unique_ptr<Client> client) {
  const base::Locked all(idle_);
  if (all->size() >= kIdleClientsMax) all->pop_front();
  all->push_back({std::move(client), std::chrono::steady_clock::now()});
}

}  // namespace muster::http
