#include "orchestrator/client/link.hpp"

#include <set>

#include "orchestrator/client/link_background.hpp"
#include "orchestrator/client/trusted_ca.hpp"
#include "proto/base/encoding.hpp"
#include "proto/base/log.hpp"
#include "proto/base/throttle.hpp"
#include "proto/transport/topics.hpp"

namespace muster::client {
namespace {

// Of one fingerprint.
constexpr base::Throttle::Rate kRefusedCaLines{.burst = 1,
                                               .every = std::chrono::milliseconds(60'000)};

// A session of its own, so that fences are nobody's replies.
std::string fence_topic(const std::string& collective, const std::string& caller,
                        const std::string& session) {
  return transport::topics::reply_prefix(collective, caller, session + "-fence") + "/self";
}

}  // namespace

Link::Link(std::unique_ptr<transport::Bus> bus, security::Signer signer, std::string collective,
           const base::Clock& clock)
    : bus_(std::move(bus)),
      signer_(std::move(signer)),
      collective_(std::move(collective)),
      session_(base::random_id()),
      clock_(clock),
      operators_(clock),
      nodes_(clock),
      background_(std::make_unique<Background>(
          *bus_, fence_topic(collective_, signer_.name(), session_))) {}

Link::~Link() {
  // First the bus, which waits for its handlers: they use what goes next.
  bus_->disconnect();
  bus_.reset();
  if (background_->cas) background_->cas->stop();
}

Result<bool> Link::believe(const admission::Endorsement& endorsement) {
  const auto fingerprint = endorsement.fingerprint();
  if (!endorsements_.take(endorsement)) return false;
  if (endorsement.withdrawn)
    nodes_.remove(fingerprint);
  else
    MUSTER_TRY(nodes_.add(endorsement.certificate));
  background_->new_ca.emit();
  return true;
}

void Link::bind(const std::string& name, const std::string& ca_fingerprint) {
  if (endorsements_.bind(name, ca_fingerprint)) background_->new_ca.emit();
}

Status Link::learn_cas(const std::string& home) {
  const auto lines = std::make_shared<base::Throttle>(clock_, kRefusedCaLines);
  const auto learn = [this, lines](const transport::Message& message) {
    const auto endorsement = read_trusted_ca(message.topic, message.payload, operators_);
    const auto believed = endorsement ? believe(*endorsement) : Result<bool>(false);
    if (endorsement && believed) return;
    if (lines->pass(std::string(transport::topics::last_level(message.topic))))
      log::warning(
          "a trusted CA was refused",
          {{"topic", message.topic},
           {"reason", endorsement ? believed.error().message : endorsement.error().message}});
  };
  const auto cas = std::make_shared<Worker<transport::Message>>("trusted CAs", kCaQueueMax, learn);
  background_->cas = cas;
  const auto hear = [cas](transport::Message message) { cas->post(std::move(message)); };
  for (const auto& collective :
       std::set<std::string>{home.empty() ? collective_ : home, collective_}) {
    MUSTER_ASSIGN(auto heard, bus_->subscribe(transport::topics::trusted_ca(collective, "+"),
                                              transport::Qos::at_least_once, hear));
    background_->cas_heard.push_back(std::move(heard));
  }
  return {};
}

Status Link::settle(std::chrono::milliseconds patience) {
  if (!background_->cas) return {};
  const std::lock_guard lock(background_->settling);
  if (!background_->settled) MUSTER_TRY(fence(patience));
  background_->settled = true;
  if (background_->cas->drain(patience)) return {};
  return fail(Errc::timeout, "the Puppet CAs of the bus were not all verified in time");
}

Status Link::fence(std::chrono::milliseconds patience) {
  return background_->fences.pass(patience);
}

Status Link::mark(std::function<void()> passed) {
  return background_->fences.mark(std::move(passed));
}

void Link::hear(transport::LinkState state) {
  if (state == transport::LinkState::connected) return background_->relinked.emit();
  background_->fences.forget_marks();
  background_->lost.emit();
}

Signal& Link::on_new_ca() {
  return background_->new_ca;
}
Signal& Link::on_lost() {
  return background_->lost;
}
Signal& Link::on_relinked() {
  return background_->relinked;
}

}  // namespace muster::client
