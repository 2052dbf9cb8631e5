// The node as a member of its collectives, over one link: whom it listens to, what it shows, registers and tells.
#pragma once

#include <functional>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "node-agent/core/channel.hpp"
#include "node-agent/core/host.hpp"
#include "node-agent/core/presence_keeper.hpp"
#include "node-agent/core/request_feeds.hpp"
#include "node-agent/core/tickets.hpp"
#include "node-agent/registration/registration.hpp"
#include "proto/base/result.hpp"

namespace muster::agent {

inline constexpr std::uint32_t kRegistrationExpiryS = 600;  // for a registry whose link is lost

// On the loop's thread.
class Membership {
 public:
  // What becomes of it.
  struct Calls {
    std::function<void()> opened;              // requests come from now on
    std::function<void(const Error&)> failed;  // the link is of no use
    std::function<void(const OtherPresence&)> other;
    std::function<void()> look;  // a registration is due: see register_if_due()
  };
  // References outlive it. `sealer` signs with the certificate that the link was made with.
  Membership(Host& host, const Identity& identity, Tickets& tickets,
             std::shared_ptr<const security::Sealer> sealer, Calls calls);
  // Its requests that still run have nowhere to answer any more.
  ~Membership();

  // Listens to the roots' lists, to what is said about roots and to our own presence; once all lists are verified, takes
  // requests to `agents`, and to us.
  void open(std::vector<std::string> agents);
  void on_subscribed(Ticket ticket, const Status& status);
  void on_lists_verified(bool in_time);
  bool is_open() const { return open_; }
  const std::shared_ptr<const Channel>& channel() const { return channel_; }

  // Follows the agents and shows what was looked at.
  void show(const View& view);
  PresenceKeeper& presence() { return presence_; }
  void register_now() { registration_.make_due(); }
  // Sends what was looked at to the registries of the main collective, when it is time.
  void register_if_due(const View& view);
  // An event, in every collective.
  void tell(const std::string& type, const Value& data);
  // Takes presence down, before the link is left.
  void take_down() { presence_.take_down(); }

 private:
  void listen(Feed feed, std::vector<std::string> filters);
  std::vector<std::string> in_each(
      const std::function<std::string(const std::string& collective)>& topic) const;
  void reply(const messages::Request& request, std::string sealed);
  Status publish_event(const std::string& type, const Value& data);
  PresenceContent describe(const View& view) const;
  void wait_for_registration();

  Host& host_;
  const Identity& identity_;
  Tickets& tickets_;
  const std::shared_ptr<const security::Sealer> sealer_;
  const Calls calls_;
  std::vector<std::string> agents_;  // when it was opened
  std::set<Ticket> listening_;       // asked for, and not answered
  RequestFeeds feeds_;
  PresenceKeeper presence_;
  RegistrationTimes registration_;
  loop::Timer registers_;
  bool open_ = false;
  std::shared_ptr<const Channel> channel_;
  std::shared_ptr<const bool> alive_ = std::make_shared<const bool>(true);
};

// The body of the node's presence; empty, which is logged, when it cannot be encoded.
std::string presence_of(const PresenceContent& content, const View& view);

}  // namespace muster::agent
