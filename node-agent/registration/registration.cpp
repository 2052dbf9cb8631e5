#include "node-agent/registration/registration.hpp"

#include <algorithm>

#include "node-agent/presence/presence.hpp"
#include "proto/envelope/envelope.hpp"
#include "proto/messages/registration.hpp"

namespace muster::agent {
std::string registration_body(const Registration& registration) {
  const auto& content = registration.content;
  messages::Registration out;
  out.identity = content.identity;
  out.version = content.version;
  out.session = content.session;
  out.collectives = content.collectives;
  out.agents = content.agents;
  auto classes = shown_classes(content.classes, kRegisteredClassesMax);
  out.classes = std::move(classes.names);
  out.left_out_classes = static_cast<std::uint32_t>(classes.left_out);
  out.facts = content.facts;
  out.sent_at_ms = registration.now_ms;
  out.interval_s = static_cast<std::uint32_t>(registration.interval.count());
  return out.encode();
}

RegistrationTimes::RegistrationTimes(const base::Clock& clock, std::chrono::seconds interval,
                                     std::chrono::seconds splay, double random)
    : clock_(clock),
      interval_(interval),
      next_(clock.steady() +
            std::chrono::milliseconds(static_cast<std::int64_t>(
                std::chrono::duration<double, std::milli>(splay).count() * random))) {}

std::optional<std::chrono::milliseconds> RegistrationTimes::wait() const {
  if (interval_.count() == 0) return std::nullopt;
  const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(next_ - clock_.steady());
  return std::max(left, std::chrono::milliseconds(0));
}

bool RegistrationTimes::due() {
  const auto now = clock_.steady();
  if (interval_.count() == 0 || now < next_) return false;
  next_ = now + interval_;
  return true;
}

void RegistrationTimes::make_due() {
  next_ = clock_.steady();
}

}  // namespace muster::agent
