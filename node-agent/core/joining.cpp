#include "node-agent/core/joining.hpp"

#include <fmt/format.h>

#include <cstdlib>
#include <utility>

#include "node-agent/join/announcement.hpp"
#include "node-agent/presence/presence.hpp"
#include "proto/base/log.hpp"
#include "proto/transport/topics.hpp"

namespace muster::agent {

namespace topics = transport::topics;

Joining::Joining(Host& host, const Identity& identity, Tickets& tickets, std::string client_id,
                 std::shared_ptr<const security::Sealer> sealer, const security::Trust& operators,
                 Calls calls)
    : host_(host),
      identity_(identity),
      tickets_(tickets),
      client_id_(std::move(client_id)),
      operators_(operators),
      calls_(std::move(calls)),
      names_(host.timers()) {
  auto channel = std::make_shared<Channel>();
  channel->sealer = std::move(sealer);
  channel->reply = [this, alive = std::weak_ptr(alive_)](const auto& request, std::string sealed) {
    if (alive.expired()) return;
    if (auto sent = host_.publish(topics::join_up(client_id_), std::move(sealed), {.keep = true});
        !sent)
      log::warning("cannot send a reply", {{"request", request.id}, {"why", sent.error().message}});
  };
  channel_ = std::move(channel);
}

void Joining::open() {
  listen(Feed::lists, topics::revocations(identity_.join_collective, "+"));
  listen(Feed::join, topics::join_down(client_id_));
}

void Joining::listen(Feed feed, std::string filter) {
  const auto ticket = tickets_.next();
  listening_.insert(ticket);
  host_.subscribe(ticket, feed, {std::move(filter)});
}

// Nothing is said to us before we announce ourselves, and the broker answers in order: all lists that it
// retains have been heard.
void Joining::on_subscribed(Ticket ticket, const Status& status) {
  if (listening_.erase(ticket) == 0) return;
  if (status && listening_.empty()) return host_.verify_lists();
  if (status) return;
  listening_.clear();
  calls_.failed(status.error());
}

void Joining::on_lists_verified(bool in_time) {
  if (!in_time)
    return calls_.failed(
        {Errc::timeout, "the revocation lists of the bus were not verified in time"});
  announce_again();
  look_at_names();
}

void Joining::announce_again() {
  due_ = true;
  calls_.look();
}

void Joining::on_view(const View& view) {
  const bool changed =
      chosen_facts(*view.facts) != facts_ || view.agents != agents_ || view.address != address_;
  if (due_ || (!nonce_.empty() && changed)) announce(view);
}

void Joining::announce(const View& view) {
  due_ = false;
  nonce_ = host_.random().id();
  again_at_ = host_.timers().clock().steady() + kAnnounceAgain;
  AnnouncementContent content;
  content.identity = identity_.name;
  content.token = identity_.token;
  content.facts = *view.facts;
  content.version = identity_.version;
  content.address = view.address;
  content.nonce = nonce_;
  content.agents = view.agents;
  content.now_ms = host_.timers().clock().unix_ms();
  facts_ = chosen_facts(content.facts);
  agents_ = content.agents;
  address_ = content.address;
  host_.seal_announcement(std::move(content));
}

void Joining::on_announcement(const std::string& nonce, Result<std::string> sealed) {
  if (nonce != nonce_) return;  // another is on its way
  const auto sent = sealed ? host_.publish(topics::join_announce(client_id_), std::move(*sealed),
                                           {.retain = true, .expiry_s = kAnnouncementExpiryS})
                           : Status(fail(sealed.error()));
  if (!sent) {
    log::error("cannot announce this node", {{"why", sent.error().message}});
    host_.status("cannot join: " + sent.error().message);
  } else if (!std::exchange(announced_, true)) {
    host_.status("in the join zone, waiting for an orchestrator");
  }
}

void Joining::look_at_names() {
  names_.set(kNameAgain, [this] {
    thorough_ = host_.timers().clock().steady() >= again_at_;
    host_.look_at_names(thorough_);
  });
}

void Joining::on_names(const Names& names) {
  if (!names.other.empty()) {
    host_.status("the host has got another name; joining under that");
    return calls_.anew();
  }
  if (names.puppet_changed) {
    host_.status("Puppet, or its puppet.conf, is another; looking where it keeps things");
    return calls_.anew();
  }
  if (thorough_) announce_again();
  look_at_names();
}

bool Joining::take_answer(std::string_view message) {
  if (!is_join_answer(message)) return false;
  const auto answer = read_join_answer(message, operators_, client_id_, nonce_);
  if (answer)
    obey(*answer);
  else  // to an earlier announcement, or nobody's: the next one will do
    log::debug("a join answer is not for this announcement", {{"why", answer.error().message}});
  return true;
}

void Joining::obey(const JoinAnswer& answer) {
  const auto difference = answer.sent_at_ms - host_.machine_ms();
  const bool wrong = std::abs(difference) > kClockTrustedMs;
  if (wrong)
    log::warning("this machine's clock is wrong; judging time by the orchestrator's",
                 {{"off_by_ms", std::to_string(-difference)}});
  host_.correct_clock(wrong ? difference : 0, answer.sent_at_ms);
  if (answer.waiting)
    return host_.status(fmt::format("{} says: {}", answer.orchestrator, answer.reason));
  if (!answer.accepted)
    return host_.status(fmt::format("refused by {}: {}", answer.orchestrator, answer.reason));
  host_.status("accepted by " + answer.orchestrator);
  if (answer.member) calls_.member();
}

void Joining::take_down() {
  names_.stop();
  (void)host_.publish(topics::join_announce(client_id_), "", {.retain = true});
}

}  // namespace muster::agent
