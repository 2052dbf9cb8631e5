#include "tests/support/node_host/fake_host.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "node-agent/presence/own_presence.hpp"

namespace muster::fakes {

Status HeldExecutor::run(Work work) {
  if (waiting_.size() >= waiting_max_) return fail(Errc::limit, "as much work waits as may");
  waiting_.push_back(std::move(work));
  return {};
}

void HeldExecutor::run_first() {
  if (waiting_.empty()) throw std::logic_error("nothing waits for this executor");
  const auto work = std::move(waiting_.front());
  waiting_.pop_front();
  ended_.push_back(work());
}

void HeldExecutor::give_back() {
  while (!ended_.empty()) {
    const auto then = std::move(ended_.front());
    ended_.pop_front();
    if (then) then();
  }
}

void HeldExecutor::run_all() {
  while (!waiting_.empty()) {
    run_first();
    give_back();
  }
}

std::optional<FakeHost::Published> FakeHost::last(const std::string& topic) const {
  const auto found = std::find_if(published.rbegin(), published.rend(),
                                  [&](const auto& one) { return one.topic == topic; });
  return found == published.rend() ? std::nullopt : std::optional(*found);
}

std::size_t FakeHost::count(const std::string& topic) const {
  return static_cast<std::size_t>(std::count_if(
      published.begin(), published.end(), [&](const auto& one) { return one.topic == topic; }));
}

bool FakeHost::says(const std::string& status) const {
  return std::find(statuses.begin(), statuses.end(), status) != statuses.end();
}

void FakeHost::up(std::shared_ptr<const security::Sealer> sealer, std::string client_id) {
  linked = true;
  node_->on_up(std::move(sealer), std::move(client_id));
  loop_.run_due();
}

void FakeHost::refuse(Error why) {
  node_->on_refused(why);
  loop_.run_due();
}

void FakeHost::connect(agent::Door door) {
  connects.push_back(door);
}

void FakeHost::leave() {
  linked = false;
  subscriptions.clear();
  loop_.post([this] { node_->on_left(); });
}

Status FakeHost::publish(std::string_view topic, std::string payload,
                         const transport::PublishOptions& options) {
  if (!linked) return fail(Errc::unavailable, "no link");
  published.push_back({std::string(topic), std::move(payload), options});
  return {};
}

void FakeHost::subscribe(agent::Ticket ticket, agent::Feed feed, std::vector<std::string> filters) {
  for (const auto& filter : filters)
    if (forbidden.contains(filter)) {
      loop_.post([this, ticket, filter] {
        node_->on_subscribed(ticket, fail(Errc::refused, filter + " is not allowed"));
      });
      return;
    }
  for (const auto& filter : filters) subscriptions[filter] = feed;
  loop_.post([this, ticket] { node_->on_subscribed(ticket, {}); });
}

void FakeHost::unsubscribe(std::vector<std::string> filters) {
  for (const auto& filter : filters) subscriptions.erase(filter);
}

void FakeHost::look() {
  ++looks;
  if (looks_at_once) loop_.post([this, seen = view] { node_->on_view(seen); });
}

void FakeHost::answer_look() {
  node_->on_view(view);
  loop_.run_due();
}

void FakeHost::look_at_names(bool thoroughly) {
  thorough_looks += thoroughly ? 1 : 0;
  loop_.post([this] { node_->on_names(names); });
}

void FakeHost::seal_announcement(agent::AnnouncementContent content) {
  announcements.push_back(content);
  loop_.post([this, nonce = content.nonce] {
    node_->on_announcement(nonce, Result<std::string>("announced as " + nonce));
  });
}

void FakeHost::verify_lists() {
  loop_.post([this] { node_->on_lists_verified(lists_verify); });
}

Result<bool> FakeHost::follow_root(const std::string&) {
  return root_changes;
}

std::optional<agent::OtherPresence> FakeHost::read_other(const transport::Message& message) const {
  if (signer) return agent::read_other(message, signer->key(), session, anybody);
  return agent::OtherPresence{.cleared = message.payload.empty(),
                              .same_key = false,
                              .retained = message.retained,
                              .address = {},
                              .session = {},
                              .signer = {}};
}

void FakeHost::correct_clock(std::int64_t offset_ms_now, std::int64_t) {
  offset_ms = offset_ms_now;
}

}  // namespace muster::fakes
