#include "node-agent/core/membership.hpp"

#include <utility>

#include "node-agent/presence/presence.hpp"
#include "proto/base/log.hpp"
#include "proto/messages/event.hpp"
#include "proto/request/signed_request.hpp"
#include "proto/transport/topics.hpp"

namespace muster::agent {

namespace topics = transport::topics;

std::string presence_of(const PresenceContent& known, const View& view) {
  auto content = known;
  content.facts = chosen_facts(*view.facts);
  content.left_out_facts = left_out_facts(*view.facts, content.facts);
  content.facts.update(view.agent_facts);
  content.roots = view.roots;
  content.address = view.address;
  auto body = presence_body(content);
  if (body) return std::move(*body);
  log::error("cannot describe this node", {{"why", body.error().message}});
  return "";
}

Membership::Membership(Host& host, const Identity& identity, Tickets& tickets,
                       std::shared_ptr<const security::Sealer> sealer, Calls calls)
    : host_(host),
      identity_(identity),
      tickets_(tickets),
      sealer_(std::move(sealer)),
      calls_(std::move(calls)),
      feeds_(host, identity, tickets),
      presence_(host, identity, sealer_, [this](const auto& other) { calls_.other(other); }),
      registration_(host.timers().clock(), identity.registration_interval,
                    identity.registration_splay, host.random().share()),
      registers_(host.timers()) {
  auto channel = std::make_shared<Channel>();
  channel->sealer = sealer_;
  channel->reply = [this, alive = std::weak_ptr(alive_)](const auto& request, std::string sealed) {
    if (!alive.expired()) reply(request, std::move(sealed));
  };
  channel_ = std::move(channel);
}

Membership::~Membership() = default;

void Membership::open(std::vector<std::string> agents) {
  agents_ = std::move(agents);
  listen(Feed::lists, in_each([](const auto& of) { return topics::revocations(of, "+"); }));
  // In the main collective, whose orchestrators tell it.
  listen(Feed::roots, {topics::root_statement(identity_.collectives.front(), "+", "+")});
  // The broker answers in order: once it has answered this, all lists that it retains have been heard.
  listen(Feed::presence,
         in_each([this](const auto& of) { return topics::presence(of, identity_.name); }));
}

std::vector<std::string> Membership::in_each(
    const std::function<std::string(const std::string& collective)>& topic) const {
  std::vector<std::string> all;
  for (const auto& collective : identity_.collectives) all.push_back(topic(collective));
  return all;
}

void Membership::listen(Feed feed, std::vector<std::string> filters) {
  const auto ticket = tickets_.next();
  listening_.insert(ticket);
  host_.subscribe(ticket, feed, std::move(filters));
}

void Membership::on_subscribed(Ticket ticket, const Status& status) {
  if (feeds_.on_subscribed(ticket, status) || listening_.erase(ticket) == 0) return;
  if (status && listening_.empty()) return host_.verify_lists();
  if (status) return;
  listening_.clear();
  calls_.failed(status.error());
}

void Membership::on_lists_verified(bool in_time) {
  if (!in_time)
    return calls_.failed(
        {Errc::timeout, "the revocation lists of the bus were not verified in time"});
  feeds_.open(agents_, [this](const Status& opened) {
    if (!opened) return calls_.failed(opened.error());
    open_ = true;
    wait_for_registration();
    calls_.opened();
  });
}

void Membership::reply(const messages::Request& request, std::string sealed) {
  const auto topic = request::reply_topic(request, identity_.name);
  if (!topic)
    return log::warning("a request wants its reply where none may go",
                        {{"request", request.id}, {"why", topic.error().message}});
  if (topic->empty()) return;
  transport::PublishOptions options;
  options.expiry_s = request.ttl_s;
  options.keep = true;  // the action has been done: its caller shall hear of it
  if (request.agent == "rpcutil") options.qos = transport::Qos::at_most_once;
  if (auto sent = host_.publish(*topic, std::move(sealed), options); !sent)
    log::warning("cannot send a reply", {{"request", request.id}, {"why", sent.error().message}});
}

PresenceContent Membership::describe(const View& view) const {
  PresenceContent content;
  content.identity = identity_.name;
  content.version = identity_.version;
  content.collectives = identity_.collectives;
  content.agents = view.agents;
  content.classes = view.classes;
  content.started_at_ms = identity_.started_at_ms;
  content.session = identity_.session;
  return content;
}

void Membership::show(const View& view) {
  feeds_.follow(view.agents);
  presence_.show(presence_of(describe(view), view));
}

void Membership::wait_for_registration() {
  if (const auto wait = registration_.wait()) registers_.set(*wait, [this] { calls_.look(); });
}

void Membership::register_if_due(const View& view) {
  if (!registration_.due()) return;
  wait_for_registration();
  Registration registration;
  registration.content = describe(view);
  registration.content.facts = *view.facts;
  registration.content.facts.update(view.agent_facts);  // a filter is judged with them, too
  registration.now_ms = host_.timers().clock().unix_ms();
  registration.interval = identity_.registration_interval;
  auto sealed = sealer_->seal(envelope::Kind::registration, registration_body(registration));
  const auto sent =
      sealed ? host_.publish(topics::registration(identity_.collectives.front(), identity_.name),
                             std::move(*sealed), {.expiry_s = kRegistrationExpiryS})
             : Status(fail(sealed.error()));
  if (!sent) log::warning("cannot register this node", {{"why", sent.error().message}});
}

void Membership::tell(const std::string& type, const Value& data) {
  if (auto told = publish_event(type, data); !told)
    log::warning("cannot tell an event", {{"event", type}, {"why", told.error().message}});
}

Status Membership::publish_event(const std::string& type, const Value& data) {
  messages::Event event;
  event.id = host_.random().id();
  event.type = type;
  event.identity = identity_.name;
  event.at_ms = host_.timers().clock().unix_ms();
  event.data = data;
  MUSTER_ASSIGN(auto body, event.encode());
  MUSTER_ASSIGN(const auto sealed, sealer_->seal(envelope::Kind::event, std::move(body)));
  for (const auto& collective : identity_.collectives)
    MUSTER_TRY(host_.publish(topics::event(collective, type, identity_.name), sealed, {}));
  return {};
}

}  // namespace muster::agent
