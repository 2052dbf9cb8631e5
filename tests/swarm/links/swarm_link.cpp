#include "tests/swarm/links/swarm_link.hpp"

#include <mqtt_protocol.h>
#include <sys/epoll.h>

#include <utility>

#include "tests/swarm/links/swarm_links.hpp"

namespace muster::swarm {

SwarmLink::SwarmLink(SwarmLinks& links, std::unique_ptr<MqttClient> client, LinkUser& user,
                     bool insists)
    : links_(links),
      client_(std::move(client)),
      user_(user),
      insists_(insists),
      backoff_(links.options().backoff_first, links.options().backoff_most),
      timer_(links.loop()) {
  links_.enter(*this);
}

SwarmLink::~SwarmLink() {
  links_.withdraw(*this);
}

// --- making it ---

void SwarmLink::connect() {
  was_up_ = false;
  state_ = State::waiting;
  links_.ask_for_turn(id_);
}

void SwarmLink::begin() {
  state_ = State::connecting;
  refused_ = 0;
  armed_ = 0;  // the socket is another
  if (auto opened = client_->open(links_.way_of(id_)); !opened) return failed(opened.error());
  rearm();
}

void SwarmLink::accepted() {
  state_ = State::up;
  was_up_ = true;
  backoff_.reset();
  links_.turn_over();
  ++links_.counts_.up;
  ++links_.counts_.accepted;
  again_.clear();
  subscribe_again(transport::Qos::at_most_once);
  subscribe_again(transport::Qos::at_least_once);
  if (again_.empty()) user_.on_link(transport::LinkState::connected, "");
}

void SwarmLink::subscribe_again(transport::Qos qos) {
  std::vector<std::string> filters;
  for (const auto& [filter, wanted] : filters_)
    if (wanted == qos) filters.push_back(filter);
  if (filters.empty()) return;
  if (const auto id = client_->subscribe(filters, qos)) again_.push_back(*id);
}

// Most ends have closed it, which took it out of epoll; the others leave it to the next attempt.
void SwarmLink::forget_socket() {
  if (client_->fd() >= 0 && armed_ != 0) links_.loop().forget(client_->fd());
  armed_ = 0;
}

void SwarmLink::give_up() {
  forget_socket();
  failed({Errc::unavailable, "the broker does not answer"});
}

// An attempt that came to nothing.
void SwarmLink::failed(const Error& why) {
  links_.turn_over();
  ++links_.counts_.failed;
  if (was_up_ || insists_) return again_later();
  state_ = State::idle;
  user_.on_refused(why);
}

void SwarmLink::again_later() {
  state_ = State::waiting;
  timer_.set(backoff_.next(), [this] { links_.ask_for_turn(id_); });
}

// --- events of the socket ---

void SwarmLink::serve(std::uint32_t events) {
  if (armed_ == 0) return;  // given up, or ended while this event waited for its turn
  if ((events & ~static_cast<std::uint32_t>(EPOLLOUT)) != 0) client_->read();
  if ((events & (EPOLLERR | EPOLLHUP)) != 0) client_->broken();
  if (client_->fd() >= 0 && client_->wants_write()) client_->write();
  deliver();
}

void SwarmLink::look() {
  if (armed_ == 0) return;
  client_->look();
  deliver();
}

void SwarmLink::deliver() {
  const auto id = id_;
  auto& links = links_;  // the user may destroy this link: from then on only its id is known
  for (auto& event : client_->take_events()) {
    if (std::holds_alternative<Taken>(event)) accepted();
    if (const auto* refused = std::get_if<Refused>(&event)) refused_ = refused->reason;
    if (const auto* closed = std::get_if<Closed>(&event)) take(*closed);
    if (const auto* granted = std::get_if<Granted>(&event)) take(*granted);
    if (auto* message = std::get_if<transport::Message>(&event); message != nullptr && up())
      user_.on_message(std::move(*message));
    if (links.find(id) != this) return;
  }
  hang_up_when_empty();
  rearm();
}

void SwarmLink::take(const Closed& closed) {
  const int reason = refused_ != 0 ? refused_ : closed.reason;
  const bool by_broker = reason >= MQTT_RC_UNSPECIFIED || reason == kTlsFailed;
  ended({by_broker ? Errc::refused : Errc::unavailable,
         refused_ != 0 ? explain(refused_) : closed.why},
        reason == MQTT_RC_SESSION_TAKEN_OVER);
}

void SwarmLink::take(const Granted& granted) {
  if (std::erase(unanswered_, granted.id) != 0)
    return user_.on_subscribed(granted.id, granted.wholly);
  if (std::erase(again_, granted.id) != 0 && again_.empty())
    user_.on_link(transport::LinkState::connected, "");
}

void SwarmLink::ended(const Error& why, bool by_other) {
  forget_socket();
  unanswered_.clear();
  if (state_ == State::connecting) return failed(why);
  if (state_ == State::leaving) return left();
  if (state_ != State::up) return;
  --links_.counts_.up;
  again_later();
  if (!std::exchange(again_, {}).empty()) return;  // it was not told of this link
  user_.on_link(by_other ? transport::LinkState::taken_over : transport::LinkState::lost,
                why.message);
}

void SwarmLink::rearm() {
  if (client_->fd() < 0 || state_ == State::idle || state_ == State::waiting) return;
  const std::uint32_t wanted = EPOLLIN | (client_->wants_write() ? EPOLLOUT : 0U);
  if (wanted == armed_) return;
  if (armed_ != 0)
    links_.loop().rewatch(client_->fd(), wanted, id_);
  else if (!links_.loop().watch(client_->fd(), wanted, id_))
    return;  // no room: the attempt ends by its timeout
  armed_ = wanted;
}

// --- leaving ---

void SwarmLink::leave() {
  if (state_ == State::connecting) links_.turn_over();
  const bool was_up = up();
  state_ = State::leaving;
  hung_up_ = false;
  if (!was_up) {
    timer_.set(std::chrono::milliseconds(0), [this] { left(); });
    return;
  }
  --links_.counts_.up;
  timer_.set(links_.options().leave_patience, [this] { left(); });
  hang_up_when_empty();
  rearm();
}

void SwarmLink::hang_up_when_empty() {
  if (state_ != State::leaving || hung_up_ || client_->unacknowledged() != 0) return;
  hung_up_ = true;
  client_->hang_up();
  // Written at once, the farewell has closed the socket, and no event will tell of it.
  if (client_->fd() < 0) timer_.set(std::chrono::milliseconds(0), [this] { left(); });
}

void SwarmLink::left() {
  forget_socket();
  timer_.stop();
  state_ = State::idle;
  filters_.clear();
  client_->hang_up();
  user_.on_left();
}

// --- messages ---

Status SwarmLink::publish(std::string_view topic, const std::string& payload,
                          const transport::PublishOptions& options) {
  const bool waits = options.keep && options.qos == transport::Qos::at_least_once;
  if (!up() && !waits) return fail(Errc::unavailable, "there is no link to the broker");
  MUSTER_TRY(client_->publish(topic, payload, options));
  rearm();
  return {};
}

Result<int> SwarmLink::subscribe(const std::vector<std::string>& filters, transport::Qos qos) {
  if (!up()) return fail(Errc::unavailable, "there is no link to the broker");
  MUSTER_ASSIGN(const int id, client_->subscribe(filters, qos));
  for (const auto& filter : filters) filters_.insert_or_assign(filter, qos);
  unanswered_.push_back(id);
  rearm();
  return id;
}

Status SwarmLink::unsubscribe(const std::vector<std::string>& filters) {
  for (const auto& filter : filters) filters_.erase(filter);
  if (!up()) return {};
  MUSTER_TRY(client_->unsubscribe(filters));
  rearm();
  return {};
}

}  // namespace muster::swarm
