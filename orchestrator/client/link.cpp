#include "orchestrator/client/link.hpp"

#include "orchestrator/client/link_background.hpp"
#include "orchestrator/client/link_threads.hpp"

namespace muster::client {

Link::Link(std::unique_ptr<transport::Bus> bus, security::Signer signer, std::string collective,
           const base::Clock& clock)
    : Link(std::move(bus), std::move(signer), std::move(collective), clock,
           std::make_unique<LinkThreads>()) {}

Link::Link(std::unique_ptr<transport::Bus> bus, security::Signer signer, std::string collective,
           const base::Clock& clock, std::unique_ptr<LinkDriver> driver)
    : LinkCore(std::move(bus), signer.name(), std::move(collective), clock, std::move(driver)),
      signer_(std::move(signer)),
      operators_(clock),
      nodes_(clock),
      background_(std::make_unique<Background>()) {}

// Who hears what is believed has it verified by the driver's threads: they go after the one that tells.
Link::~Link() {
  if (background_->trust) background_->trust->stop();
  close();
}

Status Link::obey(std::unique_ptr<security::KnownRoots> roots) {
  roots_ = std::move(roots);
  return roots_->sync(operators_);
}

Status Link::may_speak(const security::Opened& opened) {
  return endorsements_.judge(opened, opened.signer, nodes_, clock().unix_ms(), clock().steady());
}

std::string Link::ca_of(const security::Opened& opened) {
  return endorsements_.issuer_of(opened, nodes_);
}

void Link::note_refused(const std::string& identity, const Error& why) {
  endorsements_.note_refused(identity, why, clock().steady());
}

Observers& Link::on_new_roots() {
  return background_->new_roots;
}

}  // namespace muster::client
