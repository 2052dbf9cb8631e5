#include "orchestrator/client/lifecycle.hpp"

#include <fmt/format.h>

#include "orchestrator/client/from_node.hpp"
#include "orchestrator/client/link.hpp"
#include "orchestrator/client/worker.hpp"
#include "proto/base/encoding.hpp"
#include "proto/base/guarded.hpp"
#include "proto/base/names.hpp"
#include "proto/messages/event.hpp"
#include "proto/transport/event_types.hpp"
#include "proto/transport/topics.hpp"

namespace muster::client {
namespace {

namespace topics = transport::topics;

constexpr std::size_t kTypeLevel = 4;

// By whom it was told.
Result<security::Opened> opened_event(Link& link, std::string_view topic, std::string_view payload,
                                      bool& from_node) {
  from_node = false;
  link.catch_up();
  auto opened = security::open(payload, envelope::Kind::event, link.operators());
  if (!opened) {
    from_node = true;
    MUSTER_ASSIGN(auto node, open_from_node(link, topic, payload, envelope::Kind::event));
    const auto type = topics::level(topic, kTypeLevel).value_or("");
    if (transport::is_node_event(type)) return node;
    return fail(Errc::refused, fmt::format("{} is a node, which cannot tell {}",
                                           base::quoted(node.signer), base::quoted(type)));
  }
  MUSTER_TRY(security::check_orchestrator(*opened, envelope::Kind::event));
  return opened;
}

// What is kept on the bus would come again with every subscription, for as long as its writer likes.
Result<LifecycleEvent> fail_retained(const std::string& topic) {
  return fail(Errc::refused, topic + " is retained on the bus, where no event belongs");
}

}  // namespace

Result<std::string> seal_event(const security::Sealer& sealer, const LifecycleEvent& event,
                               std::int64_t now_ms) {
  MUSTER_TRY(base::check_word("event", event.type));
  MUSTER_TRY(base::check_caller(event.identity));
  messages::Event wire;
  wire.id = event.id.empty() ? base::random_id() : event.id;
  wire.type = event.type;
  wire.identity = event.identity;
  wire.at_ms = event.at_ms == 0 ? now_ms : event.at_ms;
  wire.data = event.data;
  MUSTER_ASSIGN(auto body, wire.encode());
  return sealer.seal(envelope::Kind::event, std::move(body));
}

Status publish_event(Link& link, LifecycleEvent event) {
  MUSTER_ASSIGN(auto sealed, seal_event(link.signer(), event, link.clock().unix_ms()));
  return link.bus().publish(topics::event(link.collective(), event.type, event.identity),
                            std::move(sealed), {});
}

Result<LifecycleEvent> read_event(Link& link, std::string_view topic, std::string_view payload) {
  LifecycleEvent event;
  MUSTER_ASSIGN(const auto opened, opened_event(link, topic, payload, event.from_node));
  MUSTER_ASSIGN(auto wire, messages::Event::decode(opened.body));
  if (topics::level(topic, kTypeLevel) != std::string_view(wire.type) ||
      topics::last_level(topic) != wire.identity)
    return fail(Errc::refused,
                fmt::format("it is about {} of {}, on the topic {}", base::quoted(wire.type),
                            base::quoted(wire.identity), topic));
  MUSTER_TRY(base::check_word("event", wire.type));
  MUSTER_TRY(base::check_caller(wire.identity));
  event.id = wire.id;
  event.type = wire.type;
  event.identity = wire.identity;
  event.at_ms = wire.at_ms;
  event.data = std::move(wire.data);
  event.signer = opened.signer;
  return event;
}

struct Events::Impl {
  Impl(Link& the_link, Handler handler) : link(the_link), on_event(std::move(handler)) {}

  void take(const transport::Message& message) {
    const auto event = message.retained ? fail_retained(message.topic)
                                        : read_event(link, message.topic, message.payload);
    if (event) return on_event(*event);
    const base::Locked its(refusals);
    ++its->count;
    its->last = event.error().message;
  }

  Link& link;
  const Handler on_event;
  struct Refusals {
    std::size_t count = 0;
    std::string last;
  };
  base::Guarded<Refusals> refusals;
  std::shared_ptr<Worker<transport::Message>> worker;
  transport::Subscription heard;
};

Events::Events(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

Events::~Events() {
  impl_->heard.end();
  impl_->worker->stop();
}

Result<std::unique_ptr<Events>> Events::watch(Link& link, Handler on_event, std::string_view type) {
  auto impl = std::make_unique<Impl>(link, std::move(on_event));
  impl->worker = std::make_shared<Worker<transport::Message>>(
      "events", kEventQueue,
      [self = impl.get()](const transport::Message& message) { self->take(message); });
  std::unique_ptr<Events> events(new Events(std::move(impl)));
  MUSTER_ASSIGN(events->impl_->heard,
                link.bus().subscribe(topics::event(link.collective(), type, "+"),
                                     transport::Qos::at_least_once,
                                     [worker = events->impl_->worker](transport::Message message) {
                                       post_message(*worker, std::move(message));
                                     }));
  return events;
}

Status Events::drain(std::chrono::milliseconds patience) {
  MUSTER_TRY(impl_->link.echo(patience));
  if (impl_->worker->drain(patience)) return {};
  return fail(Errc::timeout, "the events so far were not all verified in time");
}

std::size_t Events::refused() const {
  return base::Locked(impl_->refusals)->count;
}
std::string Events::last_refusal() const {
  return base::Locked(impl_->refusals)->last;
}
std::size_t Events::dropped() const {
  return impl_->worker->dropped();
}

}  // namespace muster::client
