#include "tests/sim/orchestrator/bus_member.hpp"

#include <stdexcept>

namespace muster::sim {

BusMember::BusMember(Surroundings& around, const Site& site, std::string name, const Holder& holder,
                     const std::vector<x509::Certificate>& cas, loop::Timers& timers,
                     const MakeWill& will)
    : around_(around),
      site_(site),
      timers_(timers),
      name_(std::move(name)),
      session_(around.loop.id()),
      certificate_(holder.chain.front()),
      sealer_(sealer_of(around.crypto, holder)),
      operators_(commanding(around, site)),
      nodes_(around.crypto.anchors(around.loop.clock())),
      link_(around.loop, around.broker, around.weather, name_ + "-" + session_,
            will ? will(*sealer_) : std::nullopt,
            {.on_state = [this](transport::LinkState state) { on_state(state); },
             .on_message = [this](const transport::Message& message) { on_message(message); },
             .on_subscribed = [this] { on_subscribed(); }},
            &timers) {
  for (const auto& ca : cas)
    if (!nodes_->add(ca, security::Root::puppet))
      throw std::logic_error("a Puppet CA's certificate is none");
}

void BusMember::listen(std::string filter, Handler handler) {
  handlers_.emplace_back(std::move(filter), std::move(handler));
}

void BusMember::listen_more(std::string filter, Handler handler) {
  handlers_.emplace_back(filter, std::move(handler));
  link_.subscribe({std::move(filter)}, [] {});
}

void BusMember::open(std::function<void()> ready) {
  ready_ = std::move(ready);
  link_.connect();
}

// A link that comes back keeps its subscriptions.
void BusMember::on_state(transport::LinkState state) {
  if (state == transport::LinkState::lost)
    for (const auto& gap : gaps_) gap.begin();
  if (state != transport::LinkState::connected) return;
  if (!ready_) {
    for (const auto& gap : gaps_)
      if (gap.linked) gap.linked();
    return;
  }
  std::vector<std::string> filters;
  for (const auto& [filter, handler] : handlers_) filters.push_back(filter);
  link_.subscribe(filters, std::exchange(ready_, {}));
}

void BusMember::on_subscribed() {
  for (const auto& gap : gaps_) gap.end();
}

void BusMember::on_message(const transport::Message& message) {
  ++heard_.messages;
  heard_.bytes += message.payload.size();
  for (const auto& [filter, handler] : handlers_)
    if (transport::topic_matches(filter, message.topic)) return handler(message);
}

Status BusMember::publish(const std::string& topic, std::string payload,
                          const transport::PublishOptions& options) {
  return link_.publish(topic, payload, options);
}

Status BusMember::publish_sealed(envelope::Kind kind, std::string body, const std::string& topic,
                                 const transport::PublishOptions& options) {
  MUSTER_ASSIGN(auto sealed, sealer_->seal(kind, std::move(body)));
  return publish(topic, std::move(sealed), options);
}

}  // namespace muster::sim
