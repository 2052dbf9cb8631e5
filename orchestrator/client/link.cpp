#include "orchestrator/client/link.hpp"

#include "orchestrator/client/link_background.hpp"
#include "orchestrator/client/link_threads.hpp"
#include "proto/base/encoding.hpp"
#include "proto/transport/topics.hpp"

namespace muster::client {
namespace {

// Sessions of their own, so that messages to ourselves are nobody's replies.
std::string own_topic(const std::string& collective, const std::string& caller,
                      const std::string& session) {
  return transport::topics::reply_prefix(collective, caller, session) + "/self";
}

}  // namespace

Link::Link(std::unique_ptr<transport::Bus> bus, security::Signer signer, std::string collective,
           const base::Clock& clock)
    : Link(std::move(bus), std::move(signer), std::move(collective), clock,
           std::make_unique<LinkThreads>()) {}

Link::Link(std::unique_ptr<transport::Bus> bus, security::Signer signer, std::string collective,
           const base::Clock& clock, std::unique_ptr<LinkDriver> driver)
    : bus_(std::move(bus)),
      signer_(std::move(signer)),
      collective_(std::move(collective)),
      session_(base::random_id()),
      clock_(clock),
      operators_(clock),
      nodes_(clock),
      background_(std::make_unique<Background>(
          *bus_, own_topic(collective_, signer_.name(), session_ + "-echo"))),
      driver_(std::move(driver)) {}

Link::~Link() {
  // First the bus, which waits for its handlers: they use what goes next.
  bus_->disconnect();
  driver_->stop();
  // The bus may still tell of its link.
  auto directory = background_->directory.with_lock([](auto& its) { return std::move(its); });
  directory.reset();
  driver_.reset();  // it may still ask the bus something
  bus_.reset();
  if (background_->trust) background_->trust->stop();
}

Status Link::obey(std::unique_ptr<security::KnownRoots> roots) {
  roots_ = std::move(roots);
  return roots_->sync(operators_);
}

Status Link::echo(std::chrono::milliseconds patience) {
  return background_->echoes.wait(patience);
}

Status Link::mark(std::function<void()> passed) {
  return background_->echoes.mark(std::move(passed));
}

LinkDirectory& Link::directory() {
  const base::Locked directory(background_->directory);
  if (!*directory)
    *directory = std::make_unique<LinkDirectory>(
        *bus_, driver_->directory(),
        own_topic(collective_, signer_.name(), session_ + "-directory"));
  return **directory;
}

Verifiers Link::verifiers() {
  return driver_->verifiers();
}

void Link::hear(transport::LinkState state) {
  {
    const base::Locked directory(background_->directory);
    if (*directory) (*directory)->hear(state);
  }
  if (state == transport::LinkState::connected) return background_->relinked.emit();
  background_->echoes.forget_marks();
  background_->lost.emit();
}

Observers& Link::on_new_ca() {
  return background_->new_ca;
}
Observers& Link::on_fewer_believed() {
  return background_->fewer_believed;
}
Observers& Link::on_new_roots() {
  return background_->new_roots;
}
Observers& Link::on_lost() {
  return background_->lost;
}
Observers& Link::on_relinked() {
  return background_->relinked;
}

}  // namespace muster::client
