// The places that a master has for nodes under way, shared among the orchestrators that ask: each is lent so many, so that the limit
// holds for all of them together.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>

#include "proto/base/guarded.hpp"

namespace muster::plugins::puppetca {

inline constexpr std::chrono::seconds kPlacesLentFor{
    30};  // then they are the others', unless asked for again
inline constexpr std::size_t kBorrowersMost = 64;  // orchestrators that are remembered

// What an orchestrator says when it asks how the master is.
struct Wanted {
  std::string caller;
  std::size_t in_flight = 0;     // nodes that it has under way with this master
  bool more = false;             // it may have further ones for it
  std::size_t most = 0;          // that the master may have in all, as its settings say
  std::int64_t asked_at_ms = 0;  // by its clock, Unix time
};

// Thread-safe. In memory alone: after a restart the master learns within kPlacesLentFor who has how many, and lends too many meanwhile
// at worst.
class Places {
 public:
  // How many the caller may have under way from now on, for kPlacesLentFor: while it has as many, or more, it begins none. What it
  // has counts against the others all the same. A question that was asked before one that is answered already changes nothing.
  // While all that
  // ask want more than there are, each gets an equal part of them, as those of the others become free.
  std::size_t lend(const Wanted& wanted, std::chrono::steady_clock::time_point now);

 private:
  struct Loan {
    std::size_t places = 0;  // as it was told
    std::size_t taken = 0;   // no fewer than it has
    bool more = false;
    std::int64_t asked_at_ms = 0;
    std::chrono::steady_clock::time_point until;
  };
  using Loans = std::map<std::string, Loan>;

  base::Guarded<Loans> loans_;
};

}  // namespace muster::plugins::puppetca
