// Idle HTTPS connections, kept for the next action: a handshake with a Puppet Server costs more
// than most requests.
#pragma once

#include <chrono>
#include <list>
#include <memory>

#include "plugins/http/http_client.hpp"
#include "proto/base/guarded.hpp"

namespace muster::http {

inline constexpr std::size_t kIdleClientsMax = 4;
// Shorter than the 30 s after which Jetty closes an idle connection.
inline constexpr std::chrono::seconds kIdleClientKept{20};

// Thread-safe. Must outlive its loans.
class ClientPool {
 public:
  // A client that goes back to its pool when it is destroyed. Used by one thread at a time.
  class Loan {
   public:
    Loan(ClientPool& pool, std::unique_ptr<Client> client);
    ~Loan();
    Loan(Loan&&) noexcept = default;
    Loan& operator=(Loan&&) = delete;
    Client& operator*() const { return *client_; }
    Client* operator->() const { return client_.get(); }

   private:
    ClientPool* pool_;
    std::unique_ptr<Client> client_;  // none once moved from
  };

  // An idle client of exactly these settings, else a new one.
  Loan take(Tls tls);
  // Closes what is idle.
  void clear();

 private:
  struct Idle {
    std::unique_ptr<Client> client;
    std::chrono::steady_clock::time_point since;
  };
  void give_back(std::unique_ptr<Client> client);

  base::Guarded<std::list<Idle>> idle_;  // longest idle first
};

}  // namespace muster::http
