#include "node-agent/registration/registration.hpp"

#include <algorithm>

#include "node-agent/presence/presence.hpp"
#include "proto/envelope/envelope.hpp"
#include "proto/envelope/value_codec.hpp"
#include "proto/schema/muster.pb.h"

namespace muster::agent {
namespace {

// One by one: a wrong fact must not cost the others. Each as a map of its own, so that its depth is
// counted as by whoever decodes them all. Gives the bytes left out.
std::uint64_t encode_facts(const Value& facts, v1::Value& out) {
  std::uint64_t left_out = 0;
  auto& entries = *out.mutable_map()->mutable_entries();
  for (const auto& [name, value] : facts.items()) {
    v1::Value wire;
    if (envelope::encode_value({{name, value}}, wire))
      entries[name] = std::move(wire.mutable_map()->mutable_entries()->at(name));
    else
      left_out += name.size() + value.dump(-1, ' ', false, Value::error_handler_t::replace).size();
  }
  return left_out;
}

}  // namespace

std::string registration_body(const Registration& registration) {
  const auto& content = registration.content;
  v1::Registration out;
  out.set_identity(content.identity);
  out.set_version(content.version);
  out.set_session(content.session);
  for (const auto& collective : content.collectives) out.add_collectives(collective);
  for (const auto& agent : content.agents) out.add_agents(agent);
  const auto classes = shown_classes(content.classes, kRegisteredClassesMax);
  for (const auto& name : classes.names) out.add_classes(name);
  out.set_left_out_classes(static_cast<std::uint32_t>(classes.left_out));
  out.set_sent_at_ms(registration.now_ms);
  out.set_interval_s(static_cast<std::uint32_t>(registration.interval.count()));
  out.set_left_out_bytes(encode_facts(content.facts, *out.mutable_facts()));
  if (out.ByteSizeLong() > kRegistrationMaxBytes) {
    out.set_left_out_bytes(out.left_out_bytes() + out.facts().ByteSizeLong());
    out.mutable_facts()->mutable_map()->Clear();
  }
  return envelope::pack(out);
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
