// The Puppet masters online now: health, load, places taken, and the debts that are paid when one
// comes back.
#pragma once

#include <chrono>
#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "orchestrator/provision/actions.hpp"
#include "orchestrator/provision/debts.hpp"

namespace muster::client {
class Fleet;
class Link;
}  // namespace muster::client

namespace muster::provision {

inline constexpr std::chrono::milliseconds kHealthKept{3'000};  // an answer is believed for so long
inline constexpr std::chrono::milliseconds kHealthTimeout{
    3'000};  // a master that needs longer is not healthy
inline constexpr std::string_view kMasterAgent = "puppetca";  // who runs it is a master

// Thread-safe.
class Masters {
 public:
  Masters(client::Link& link, client::Fleet& fleet, client::Caller& caller, Debts& debts,
          std::size_t per_master);

  std::vector<Candidate> candidates();
  // Those whose Puppet Server runs, whatever they have in flight. Blocks for kHealthTimeout at most.
  std::set<std::string> healthy();
  Result<Master> find(const std::string& identity) const;
  bool enlist(const std::string& master);
  void dismiss(const std::string& master);
  std::vector<std::string> absent() const;
  Status owe(const std::string& master, const std::string& certname);
  // Cleans what the masters that are healthy now still owe, unless the node has meanwhile a
  // certificate of that master.
  void pay_debts();
  bool is_master(const std::string& identity) const;
  // The names of all masters met since we started.
  std::vector<std::string> known() const;

 private:
  std::vector<Candidate> health();
  std::vector<Candidate> ask() const;
  std::vector<std::string> online() const;  // identity and session of each
  client::Link& link_;
  client::Fleet& fleet_;
  client::Caller& caller_;
  Debts& debts_;
  const std::size_t per_master_;
  mutable std::mutex mutex_;
  std::map<std::string, std::size_t> in_flight_;
  mutable std::mutex seen_mutex_;
  mutable std::map<std::string, bool> seen_;  // masters met since we started
  std::mutex health_mutex_;  // one question at a time; the others wait for its answer
  std::vector<Candidate> health_;
  std::vector<std::string> asked_of_;
  std::chrono::steady_clock::time_point asked_{};
};

}  // namespace muster::provision
