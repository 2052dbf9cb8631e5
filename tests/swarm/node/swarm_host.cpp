#include "tests/swarm/node/swarm_host.hpp"

#include <utility>

#include "node-agent/join/announcement.hpp"
#include "proto/base/log.hpp"
#include "proto/security/client_id.hpp"
#include "proto/transport/topics.hpp"
#include "proto/x509/revocation_list.hpp"
#include "tests/swarm/node/fake_facts.hpp"

namespace muster::swarm {

namespace topics = transport::topics;

SwarmHost::SwarmHost(Surroundings& around, Parts parts)
    : around_(around), parts_(std::move(parts)) {}

SwarmHost::~SwarmHost() {
  set_present(false);
}

void SwarmHost::later(std::function<void()> then) {
  around_.links.loop().post([alive = std::weak_ptr(alive_), then = std::move(then)] {
    if (!alive.expired()) then();
  });
}

void SwarmHost::set_present(bool present) {
  if (std::exchange(present_, present) == present) return;
  if (present)
    around_.headcount.came();
  else
    around_.headcount.went();
}

// --- the link ---

Result<SwarmHost::Opened> SwarmHost::open_join() {
  if (!parts_.keys.join || !around_.joining)
    return fail(Errc::config, "this node has no join token");
  const auto& [client_id, key] = *parts_.keys.join;
  LinkSettings settings;
  settings.client_id = client_id;
  settings.port = around_.joining->port;
  settings.user = around_.joining->token.join_user;
  settings.password = around_.joining->token.join_password;
  settings.will = Will{topics::join_announce(client_id), ""};
  Opened opened;
  opened.client_id = client_id;
  opened.signer = std::make_shared<const security::Signer>(security::Signer::with_key(key));
  MUSTER_ASSIGN(opened.link, around_.links.add(std::move(settings), *this));
  return opened;
}

Result<SwarmHost::Opened> SwarmHost::open_member() {
  if (!parts_.keys.member) return fail(Errc::not_found, "this node has no certificate");
  const auto& pair = *parts_.keys.member;
  Opened opened;
  MUSTER_ASSIGN(opened.client_id, security::client_id(pair.key, "member " + parts_.name));
  MUSTER_ASSIGN(auto signer, security::Signer::with_certificate(pair.key, {pair.certificate}));
  opened.signer = std::make_shared<const security::Signer>(std::move(signer));
  LinkSettings settings;
  settings.client_id = opened.client_id;
  settings.port = around_.members_port;
  settings.pair = &pair;
  settings.will = Will{topics::presence(around_.collective, parts_.name), ""};
  MUSTER_ASSIGN(opened.link, around_.links.add(std::move(settings), *this));
  return opened;
}

void SwarmHost::connect(agent::Door door) {
  linked_ = false;
  shown_ = false;
  asked_.clear();
  feeds_.clear();
  auto opened = door == agent::Door::join ? open_join() : open_member();
  if (!opened) return later([this, why = opened.error()] { node_->on_refused(why); });
  signer_ = std::move(opened->signer);
  client_id_ = std::move(opened->client_id);
  link_ = std::move(opened->link);
  link_->connect();
}

void SwarmHost::on_link(transport::LinkState state, const std::string& why) {
  const bool connected = state == transport::LinkState::connected;
  node_->on_link(state, why);
  // Over a link that came back the node has just shown itself.
  set_present(connected && shown_);
  if (connected && !std::exchange(linked_, true)) node_->on_up(signer_, client_id_);
}

void SwarmHost::leave() {
  set_present(false);
  shown_ = false;
  link_->leave();
}

void SwarmHost::on_left() {
  link_.reset();
  node_->on_left();
}

Status SwarmHost::publish(std::string_view topic, std::string payload,
                          const transport::PublishOptions& options) {
  if (!link_) return fail(Errc::unavailable, "there is no link to the bus");
  return link_->publish(topic, payload, options);
}

void SwarmHost::subscribe(agent::Ticket ticket, agent::Feed feed,
                          std::vector<std::string> filters) {
  const auto id = link_ ? link_->subscribe(filters, transport::Qos::at_least_once)
                        : Result<int>(fail(Errc::unavailable, "there is no link to the bus"));
  if (!id)
    return later([this, ticket, why = id.error()] { node_->on_subscribed(ticket, fail(why)); });
  asked_.emplace(*id, ticket);
  for (auto& filter : filters) feeds_.insert_or_assign(std::move(filter), feed);
}

void SwarmHost::on_subscribed(int id, bool wholly) {
  const auto asked = asked_.extract(id);
  if (asked.empty()) return;
  node_->on_subscribed(
      asked.mapped(),
      wholly ? Status() : fail(Errc::refused, "the broker does not allow a subscription"));
}

void SwarmHost::unsubscribe(std::vector<std::string> filters) {
  for (const auto& filter : filters) feeds_.erase(filter);
  if (link_) static_cast<void>(link_->unsubscribe(filters));
}

void SwarmHost::on_message(transport::Message message) {
  for (const auto& [filter, subscribed] : feeds_) {
    if (!transport::topic_matches(filter, message.topic)) continue;
    const auto feed = subscribed;  // the node may change what it listens to meanwhile
    if (feed != agent::Feed::node && feed != agent::Feed::agents && feed != agent::Feed::join)
      return node_->on_message(feed, std::move(message));
    auto sender =
        feed == agent::Feed::join ? std::string() : std::string(topics::last_level(message.topic));
    return node_->on_request(feed, {std::move(message.payload), false, std::move(sender),
                                    around_.clock.steady(), message.retained});
  }
}

// --- the machine ---

void SwarmHost::look() {
  later([this] {
    agent::View view;
    view.facts = parts_.facts;
    view.agent_facts = parts_.agents.presence_facts();
    view.agents = parts_.agents.names();
    view.classes = {kFakeClass};
    view.address = parts_.facts->at("networking").at("ip").get<std::string>();
    view.roots = around_.roots.marks();
    node_->on_view(view);
  });
}

void SwarmHost::look_at_names(bool) {
  later([this] { node_->on_names({}); });
}

void SwarmHost::seal_announcement(agent::AnnouncementContent content) {
  later([this, content = std::move(content)] {
    node_->on_announcement(
        content.nonce,
        agent::announcement(content, *parts_.keys.join, around_.joining->token.key, parts_.puppet));
  });
}

std::uint64_t SwarmHost::gather() {
  later([this] { node_->on_gathered(); });
  return ++gathered_;
}

void SwarmHost::remember_joined() {
  joined_ = true;
  shown_ = true;
  set_present(true);
}

void SwarmHost::status(const std::string& text) {
  log::debug(text, {{"node", parts_.name}});
}

// --- trust ---

void SwarmHost::hear_list(transport::Message message) {
  if (message.payload.empty()) return;
  const auto list = x509::RevocationList::from_der(message.payload);
  const auto taken = list ? parts_.operators.take(*list) : Result<bool>(fail(list.error()));
  if (!taken)
    log::warning("a revocation list was refused",
                 {{"node", parts_.name}, {"why", taken.error().message}});
}

void SwarmHost::verify_lists() {
  later([this] { node_->on_lists_verified(true); });
}

std::optional<agent::OtherPresence> SwarmHost::read_other(const transport::Message& message) const {
  return signer_ ? agent::read_other(message, signer_->key(), parts_.session, parts_.operators)
                 : std::nullopt;
}

}  // namespace muster::swarm
