#include "node-agent/daemon/uplink.hpp"

#include <utility>

#include "proto/base/log.hpp"
#include "proto/transport/topics.hpp"

namespace muster::agent {

Uplink::Uplink(loop::EventLoop& loop, const base::Clock& clock, Open open,
               GateStatistics& statistics, audit::AuditLog& audit)
    : loop_(loop),
      clock_(clock),
      open_(std::move(open)),
      requests_(loop, statistics, audit,
                [this](RequestQueue::Entry entry) {
                  // Of a link that was left nothing is carried out: nobody could be answered.
                  if (session_ && entry.link == session_->number)
                    node_->on_request(entry.feed, std::move(entry.incoming));
                }),
      thread_(std::make_unique<loop::ThreadPool>(loop, "link", 1, kLinkTasksMax)) {}

Uplink::~Uplink() {
  thread_.reset();
  if (!session_ || !session_->bus) return;
  session_->bus->disconnect();
  session_->subscriptions.clear();
  session_->bus.reset();
}

void Uplink::on_link_thread(loop::Executor::Work work) {
  if (auto given = thread_->run(std::move(work)); !given)
    log::error("the link has too much to do", {{"why", given.error().message}});
}

void Uplink::connect(Door door) {
  door_ = door;
  session_ = std::make_shared<Session>();
  session_->number = ++last_;
  on_link_thread([this, session = session_, door]() -> loop::Executor::Then {
    const auto link = std::make_shared<Result<OpenedLink>>(open_(door, link_handler(session)));
    if (*link) session->bus = std::move((*link)->bus);
    return [this, session, link] { opened(session, link); };
  });
}

void Uplink::opened(const Shared& session, const std::shared_ptr<Result<OpenedLink>>& link) {
  if (!is_current(session)) return;
  if (!*link) {
    session_.reset();
    return node_->on_refused(link->error());
  }
  session->up = true;
  signer_ = (*link)->signer;
  join_ = (*link)->join;
  node_->on_up(signer_, (*link)->client_id);
}

transport::Bus::LinkHandler Uplink::link_handler(const Shared& session) {
  return [this, weak = std::weak_ptr(session)](transport::LinkState state, const std::string& why) {
    // A full loop is far behind; presence is shown again in any case.
    (void)loop_.post([this, weak, state, why] {
      if (const auto now = weak.lock(); now && is_current(now)) node_->on_link(state, why);
    });
  };
}

transport::Bus::MessageHandler Uplink::message_handler(const Shared& session, Feed feed) {
  if (feed == Feed::node || feed == Feed::agents || feed == Feed::join)
    return [this, feed, number = session->number](transport::Message message) {
      auto sender = feed == Feed::join ? std::string()
                                       : std::string(transport::topics::last_level(message.topic));
      requests_.push({feed,
                      {std::move(message.payload), false, std::move(sender), clock_.steady(),
                       message.retained},
                      number});
    };
  return [this, feed, weak = std::weak_ptr(session)](transport::Message message) {
    // Retained: what a full loop drops comes again with the next connection.
    (void)loop_.post([this, feed, weak, message = std::move(message)]() mutable {
      if (const auto now = weak.lock(); now && is_current(now))
        node_->on_message(feed, std::move(message));
    });
  };
}

void Uplink::leave() {
  const auto session = std::exchange(session_, nullptr);
  signer_.reset();
  join_.reset();
  on_link_thread([this, session]() -> loop::Executor::Then {
    if (session && session->bus) {
      (void)session->bus->flush(kLeavePatience);
      session->bus->disconnect();
      session->subscriptions.clear();
      session->bus.reset();
    }
    return [this] { node_->on_left(); };
  });
}

Status Uplink::publish(std::string_view topic, std::string payload,
                       const transport::PublishOptions& options) {
  if (!session_ || !session_->up) return fail(Errc::unavailable, "there is no link to the bus");
  return session_->bus->publish(topic, std::move(payload), options);
}

void Uplink::subscribe(Ticket ticket, Feed feed, std::vector<std::string> filters) {
  after_that([this, session = session_, ticket, feed,
              filters = std::move(filters)]() -> loop::Executor::Then {
    auto held = session->bus->subscribe_all(filters, transport::Qos::at_least_once,
                                            message_handler(session, feed));
    const auto status = held ? Status() : Status(fail(held.error()));
    for (std::size_t i = 0; held && i < filters.size(); ++i)
      session->subscriptions.insert_or_assign(filters[i], std::move((*held)[i]));
    return [this, ticket, status] { node_->on_subscribed(ticket, status); };
  });
}

void Uplink::unsubscribe(std::vector<std::string> filters) {
  after_that([session = session_, filters = std::move(filters)]() -> loop::Executor::Then {
    for (const auto& filter : filters) session->subscriptions.erase(filter);
    return nullptr;
  });
}

void Uplink::after_that(loop::Executor::Work work) {
  if (!session_ || !session_->up) return;
  on_link_thread([this, session = session_, work = std::move(work)]() -> loop::Executor::Then {
    return [this, session, then = work()] {
      if (then && is_current(session)) then();
    };
  });
}

}  // namespace muster::agent
