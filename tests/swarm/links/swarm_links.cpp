#include "tests/swarm/links/swarm_links.hpp"

#include <utility>

namespace muster::swarm {
namespace {

constexpr std::chrono::milliseconds kAtOnce{0};
constexpr std::chrono::milliseconds kLookAtAllEvery = kLookSlices * kLookEvery;

}  // namespace

Result<std::unique_ptr<SwarmLinks>> SwarmLinks::make(EpollLoop& loop, LinksOptions options) {
  std::unique_ptr<Tls> tls;
  if (!options.ca_file.empty()) {
    MUSTER_ASSIGN(tls, Tls::make(options.ca_file, options.host));
  }
  return std::unique_ptr<SwarmLinks>(new SwarmLinks(loop, std::move(options), std::move(tls)));
}

SwarmLinks::SwarmLinks(EpollLoop& loop, LinksOptions options, std::unique_ptr<Tls> tls)
    : loop_(loop),
      options_(std::move(options)),
      tls_(std::move(tls)),
      look_timer_(loop),
      turn_timer_(loop) {
  loop_.set_watcher(*this);
  look();
}

SwarmLinks::~SwarmLinks() = default;

Result<std::unique_ptr<SwarmLink>> SwarmLinks::add(LinkSettings settings, LinkUser& user) {
  MUSTER_ASSIGN(auto client, MqttClient::make(settings, tls_.get()));
  return std::unique_ptr<SwarmLink>(
      new SwarmLink(*this, std::move(client), user, settings.insists));
}

void SwarmLinks::enter(SwarmLink& link) {
  link.id_ = ++last_;
  links_.emplace(link.id_, &link);
}

void SwarmLinks::withdraw(SwarmLink& link) {
  links_.erase(link.id_);
  if (link.state_ == SwarmLink::State::connecting) turn_over();
  if (link.state_ == SwarmLink::State::up) --counts_.up;
}

SwarmLink* SwarmLinks::find(SwarmLink::Id id) const {
  const auto found = links_.find(id);
  return found == links_.end() ? nullptr : found->second;
}

MqttClient::Way SwarmLinks::way_of(SwarmLink::Id id) const {
  const auto& sources = options_.sources;
  return {options_.host, sources.empty() ? "" : sources[id % sources.size()], options_.keep_alive};
}

// --- turns to connect ---

void SwarmLinks::ask_for_turn(SwarmLink::Id id) {
  waiting_.push_back(id);
  turn_timer_.set(kAtOnce, [this] { give_turns(); });
}

void SwarmLinks::turn_over() {
  --counts_.connecting;
  if (!waiting_.empty()) turn_timer_.set(kAtOnce, [this] { give_turns(); });
}

void SwarmLinks::give_turns() {
  while (counts_.connecting < options_.connecting_max && !waiting_.empty()) {
    const auto id = waiting_.front();
    waiting_.pop_front();
    auto* link = find(id);
    if (link == nullptr || link->state_ != SwarmLink::State::waiting) continue;
    ++counts_.connecting;
    connecting_.push_back({id, ++link->attempt_, loop_.clock().steady()});
    look_timer_.set(kLookEvery, [this] { look(); });  // for whoever takes too long
    link->begin();
  }
}

// --- sockets and time ---

void SwarmLinks::on_ready(std::uint64_t tag, std::uint32_t events) {
  if (auto* link = find(tag)) link->serve(events);
}

void SwarmLinks::give_up_late() {
  const auto oldest = loop_.clock().steady() - options_.connect_timeout;
  while (!connecting_.empty()) {
    const auto [id, attempt, at] = connecting_.front();
    auto* link = find(id);
    const bool under_way = link != nullptr && link->state_ == SwarmLink::State::connecting &&
                           link->attempt_ == attempt;
    if (under_way && at > oldest) return;
    connecting_.pop_front();
    if (under_way) link->give_up();
  }
}

void SwarmLinks::look() {
  give_up_late();
  // Few are looked at all at once, or a thread with one link would wake for nothing nineteen times of twenty.
  const bool few = links_.size() < kLookSlices && connecting_.empty();
  look_timer_.set(few ? kLookAtAllEvery : kLookEvery, [this] { look(); });
  slice_ = (slice_ + 1) % kLookSlices;
  std::vector<SwarmLink::Id> due;
  for (const auto& [id, link] : links_)
    if (few || id % kLookSlices == slice_) due.push_back(id);
  for (const auto id : due)
    if (auto* link = find(id)) link->look();
}

}  // namespace muster::swarm
