// Whose requests a member takes: those to itself, and broadcasts to the agents that it offers.
#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "node-agent/core/host.hpp"
#include "node-agent/core/tickets.hpp"

namespace muster::agent {

// Of one link. On the loop's thread.
class RequestFeeds {
 public:
  RequestFeeds(Host& host, const Identity& identity, Tickets& tickets)
      : host_(host), identity_(identity), tickets_(tickets) {}

  // Asks for both, all at once. `opened` is called with what the broker says.
  void open(const std::vector<std::string>& agents, std::function<void(const Status&)> opened);
  // Takes requests to these agents from now on, and to no others. What is under way goes on.
  void follow(const std::vector<std::string>& agents);
  // Whether the ticket is one that is waited for here.
  bool on_subscribed(Ticket ticket, const Status& status);

 private:
  std::vector<std::string> topics_of(const std::string& agent) const;

  Host& host_;
  const Identity& identity_;
  Tickets& tickets_;
  std::set<std::string> agents_;             // whose requests we take, or have asked for
  std::map<Ticket, std::string> asked_for_;  // agents that came later
  std::set<Ticket> opening_;
  std::function<void(const Status&)> opened_;
};

}  // namespace muster::agent
