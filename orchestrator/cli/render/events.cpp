#include "orchestrator/cli/render/events.hpp"

#include <fmt/format.h>

#include "orchestrator/cli/render/text.hpp"
#include "proto/base/clock.hpp"

namespace muster::cli::render {
namespace {

constexpr std::size_t kTypeColumns = 20;
constexpr std::size_t kIdentityColumns = 28;
constexpr std::size_t kDetailColumns = 120;

Ink ink_of_event(const std::string& type) {
  if (type == "failed" || type == kGoneEvent) return Ink::red;
  if (type == "left" || type == "orchestrator-left") return Ink::yellow;
  if (type == "provisioned" || type == "joined") return Ink::green;
  return Ink::plain;
}

// The scalars of the data, but what the line says already.
std::string details(const client::LifecycleEvent& event) {
  std::string out;
  if (event.data.is_object())
    for (const auto& [name, value] : event.data.items()) {
      if (value.is_structured() || name == "identity" || name == "state" || value == "") continue;
      out += fmt::format("{}{} {}", out.empty() ? "" : ", ", one_line(name),
                         one_line(value_text(value)));
    }
  if (!event.signer.empty() && event.signer != event.identity)
    out += fmt::format("{}by {}", out.empty() ? "" : ", ", one_line(event.signer));
  return cut(out, kDetailColumns);
}

}  // namespace

std::string event_line(const client::LifecycleEvent& event, const Style& style) {
  auto line = fmt::format("{}  {}  {}  {}", style(Ink::dim, time_of_day(event.at_ms)),
                          style(ink_of_event(event.type), pad(one_line(event.type), kTypeColumns)),
                          pad(one_line(event.identity), kIdentityColumns), details(event));
  line.erase(line.find_last_not_of(' ') + 1);
  return line + "\n";
}

Value cloud_event(const client::LifecycleEvent& event, const std::string& collective) {
  Value data = event.data.is_object() ? event.data : Value::object();
  data["identity"] = event.identity;
  // CloudEvents: id is unique within its source.
  const auto source = event.signer.empty() ? "presence" : event.signer;
  return {{"specversion", "1.0"},
          {"id", event.id},
          {"source", fmt::format("/muster/{}/{}", collective, source)},
          {"type", "muster.lifecycle.v1." + event.type},
          {"time", base::iso8601(event.at_ms)},
          {"subject", event.identity},
          {"datacontenttype", "application/json"},
          {"data", std::move(data)}};
}

}  // namespace muster::cli::render
