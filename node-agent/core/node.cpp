#include "node-agent/core/node.hpp"

#include <utility>

#include "proto/base/log.hpp"

namespace muster::agent {

Node::Node(Host& host, Identity identity, Parts parts)
    : host_(host),
      identity_(std::move(identity)),
      parts_(parts),
      attempts_(host, !identity_.token.empty()),
      desk_({.identity = identity_.name,
             .gate = parts_.gate,
             .statistics = parts_.statistics,
             .audit = parts_.audit,
             .timers = host.timers(),
             .executor = host.actions()},
            [this] { wind_up_.look(); }),
      wind_up_(host, desk_),
      runs_(host,
            [this](const std::string& job) {
              tell("job", {{"job", job}});
            }),
      looks_(host,
             [this] {
               if (member_) member_->look_begins();
             }),
      others_(identity_, host.timers().clock(),
              [this](const char* event, const Value& data) { tell(event, data); }),
      later_(host.timers()),
      pause_(host.timers()) {}

void Node::start(Door door) {
  connect(door);
}

// --- from link to link ---

void Node::connect(Door door) {
  state_ = State::connecting;
  door_ = door;
  host_.connect(door);
}

void Node::pause(std::chrono::milliseconds time, Door then) {
  state_ = State::pausing;
  pause_.set(time, [this, then] { connect(then); });
}

void Node::on_refused(const Error& why) {
  if (state_ == State::connecting) refused(why);
}

void Node::refused(const Error& why) {
  // The broker refuses a master, too, whose CA's list it does not have.
  if (door_ == Door::member) host_.deliver_revocations(true);
  const auto next = attempts_.refused(door_, why);
  if (next.pause.count() == 0) return connect(next.door);
  pause(next.pause, next.door);
}

void Node::on_up(std::shared_ptr<const security::Sealer> sealer, std::string client_id) {
  if (state_ != State::connecting) return;
  state_ = State::linked;
  looks_.forget();
  if (door_ == Door::member) {
    member_ = std::make_unique<MemberLife>(host_, identity_, tickets_, runs_, looks_,
                                           std::move(sealer), member_calls());
    return member_->open();
  }
  attempts_.made(Door::join);
  joining_ = std::make_unique<Joining>(host_, identity_, tickets_, std::move(client_id),
                                       std::move(sealer), parts_.operators, joining_calls());
  joining_->open();
}

MemberLife::Calls Node::member_calls() {
  return {.opened = [this] { attempts_.made(Door::member); },
          .failed = [this](const Error& why) { of_no_use(why); },
          .other = [this](const OtherPresence& other) { others_.heard(other, address_); },
          .idle = [this] { return wind_up_.idle(); },
          .quiet =
              [this] {
                parts_.audit.tell_ended();
                host_.rest();
              },
          .anew = [this] { later([this] { come_back(Door::member); }); },
          .reload = [this] { later([this] { end(End::reload); }); }};
}

Joining::Calls Node::joining_calls() {
  return {.look = [this] { looks_.ask(); },
          .failed = [this](const Error& why) { of_no_use(why); },
          .member = [this] { later([this] { become_member(); }); },
          .anew = [this] { later([this] { end(End::reload); }); }};
}

void Node::later(std::function<void()> then) {
  later_.set(std::chrono::milliseconds(0), [this, then = std::move(then)] {
    if (state_ == State::linked || state_ == State::going_over) then();
  });
}

void Node::of_no_use(const Error& why) {
  later([this, why] { leave([this, why] { refused(why); }); });
}

void Node::leave(std::function<void()> then) {
  state_ = State::leaving;
  after_leaving_ = std::move(then);
  if (member_) member_->membership().take_down();
  if (joining_) joining_->take_down();
  member_.reset();
  joining_.reset();
  host_.leave();
}

void Node::on_left() {
  if (state_ == State::leaving) std::exchange(after_leaving_, nullptr)();
}

void Node::come_back(Door door) {
  leave([this, door] { connect(door); });
}

void Node::become_member() {
  attempts_.trust_soon();
  come_back(Door::member);
}

// The reply to the call that brought us here travels over this link.
void Node::on_enter_collective() {
  if (state_ != State::linked || !joining_) return;
  state_ = State::going_over;
  wind_up_.wait(kReplyPatience, [this] { become_member(); });
}

// The same the other way: the reply comes first.
void Node::on_leave_collective() {
  if (state_ != State::linked || !member_) return;
  state_ = State::going_over;
  wind_up_.wait(kReplyPatience, [this] { come_back(Door::join); });
}

void Node::on_link(transport::LinkState state, const std::string& why) {
  if (door_ == Door::join && linked()) {
    if (state == transport::LinkState::connected) return joining_->announce_again();
    return host_.status("connection lost: " + why);
  }
  if (door_ == Door::join || (!member_ && state_ != State::connecting)) return;
  if (!member_) return host_.status("connected: " + why);
  if (state != transport::LinkState::taken_over) return member_->on_link(state, why);
  others_.taken_over(address_, why);
  if (state_ == State::linked) leave([this] { pause(kTakenOverPause, Door::member); });
}

void Node::on_subscribed(Ticket ticket, const Status& status) {
  if (member_) member_->membership().on_subscribed(ticket, status);
  if (joining_) joining_->on_subscribed(ticket, status);
}

void Node::on_lists_verified(bool in_time) {
  if (member_) member_->membership().on_lists_verified(in_time);
  if (joining_) joining_->on_lists_verified(in_time);
}

// --- what comes ---

void Node::on_message(Feed feed, transport::Message message) {
  if (member_)
    member_->on_message(feed, std::move(message));
  else if (joining_ && feed == Feed::lists)
    host_.hear_list(std::move(message));
}

void Node::on_request(Feed feed, Incoming incoming) {
  if (linked() && !incoming.retained) {
    incoming.direct = feed != Feed::agents;
    if (feed != Feed::join && member_)
      desk_.take(incoming, member_->membership().channel());
    else if (feed == Feed::join && joining_ && !joining_->take_answer(incoming.payload))
      desk_.take(incoming, joining_->channel());
  }
  wind_up_.look();
}

void Node::on_view(const View& view) {
  if (looks_.came()) {
    address_ = view.address;
    if (member_) member_->on_view(view);
    if (joining_) joining_->on_view(view);
  }
  looks_.next();
}

void Node::on_names(const Names& names) {
  if (joining_ && state_ == State::linked) joining_->on_names(names);
}

void Node::on_announcement(const std::string& nonce, Result<std::string> sealed) {
  if (joining_) joining_->on_announcement(nonce, std::move(sealed));
}

void Node::on_gathered() {
  if (!member_) runs_.settle();
  if (linked()) looks_.ask();
}

void Node::on_changed() {
  if (linked()) looks_.ask();
}

void Node::on_job_ended(const std::string& id, bool settles) {
  runs_.ended(id, settles);
}

// --- the end ---

void Node::on_reload() {
  if (state_ == State::linked && member_ && member_->membership().is_open())
    member_->reload();
  else
    end(End::reload);
}

void Node::on_stop() {
  end(End::stopped);
}

void Node::end(End end) {
  switch (state_) {
    case State::linked:
    case State::going_over:
      return wind_up(end);
    case State::winding_up:  // a stop does not wait for what a reload would wait for
      if (end == End::stopped && end_ == End::reload) wind_up(end);
      return;
    case State::leaving:
      end_ = end;
      after_leaving_ = [this] { over(end_); };
      return;
    case State::new_:
    case State::connecting:
    case State::pausing:
      return over(end);
    case State::over:
      return;
  }
}

void Node::wind_up(End end) {
  state_ = State::winding_up;
  end_ = end;
  wind_up_.begin(end, [this] {
    tell("left", {{"reason", end_ == End::stopped ? "stopped" : "reload"}});
    leave([this] { over(end_); });
  });
}

void Node::over(End end) {
  state_ = State::over;
  pause_.stop();
  later_.stop();
  host_.ended(end);
}

void Node::tell(const char* event, const Value& data) {
  if (member_ && member_->membership().is_open()) member_->membership().tell(event, data);
}

}  // namespace muster::agent
