#include "orchestrator/cli/render/call_text.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "orchestrator/cli/render/text.hpp"

namespace muster::cli::render {
namespace {

using client::NodeResult;
using client::Outcome;

constexpr std::size_t kNameColumns = 40;

struct Label {
  std::string text;
  Ink ink = Ink::plain;
};

Label failure_label(int status) {
  switch (status) {
    case 1:
      return {"Request Aborted", Ink::red};
    case 2:
      return {"Unknown Action", Ink::yellow};
    case 3:
      return {"Missing Request Data", Ink::yellow};
    case 4:
      return {"Invalid Request Data", Ink::yellow};
    default:
      return {"Unknown Request Status", Ink::red};
  }
}

Label label_of(const NodeResult& node) {
  switch (node.outcome) {
    case Outcome::ok:
      return {};
    case Outcome::failed:
      return failure_label(node.status);
    case Outcome::refused:
      return {"Refused", Ink::red};
    case Outcome::expired:
      return {"Expired", Ink::yellow};
    case Outcome::busy:
      return {"Busy", Ink::yellow};
    case Outcome::filtered:
      return {"Not Matched", Ink::yellow};
    case Outcome::silent:
      return {"No Response", Ink::red};
  }
  return {};
}

std::string label_for(const ddl::Action& action, const std::string& output) {
  for (const auto& known : action.outputs)
    if (known.name == output && !known.display_as.empty()) return known.display_as;
  return output;
}

// Later lines of a value stand under its first.
std::string hang(const std::string& text, std::size_t columns) {
  std::string out;
  for (const char c : text) {
    out += c;
    if (c == '\n') out += std::string(columns, ' ');
  }
  return out;
}

// A failed action's description fills what it left out with defaults; they tell nothing.
Value what_failure_tells(const Value& data) {
  if (!data.is_object()) return data;
  Value told = Value::object();
  for (const auto& [name, value] : data.items())
    if (!value.is_null() && value != "") told[name] = value;
  return told;
}

std::string data_text(const Value& data, const ddl::Action& action) {
  if (!data.is_object()) return data.is_null() ? "" : indent(value_text(data), 3) + "\n";
  std::size_t widest = 0;
  for (const auto& [name, value] : data.items())
    widest = std::max(widest, width(one_line(label_for(action, name))));
  std::string out;
  for (const auto& [name, value] : data.items()) {
    const std::string label = one_line(label_for(action, name));
    out +=
        fmt::format("{}: {}\n", pad_left(label, widest + 3), hang(value_text(value), widest + 5));
  }
  return out;
}

}  // namespace

std::string status_text(const NodeResult& node) {
  return node.outcome == Outcome::ok ? "OK" : label_of(node).text;
}

Ink status_ink(const NodeResult& node) {
  return node.outcome == Outcome::ok ? Ink::green : label_of(node).ink;
}

bool shown(const NodeResult& node, ddl::Display display) {
  if (node.outcome == Outcome::silent) return false;
  if (display == ddl::Display::always) return true;
  return (node.outcome == Outcome::ok) == (display == ddl::Display::ok);
}

std::string node_text(const NodeResult& node, const ddl::Action& action, const Style& style) {
  const Label label = label_of(node);
  const auto identity = one_line(node.identity);
  std::string out = label.text.empty()
                        ? identity + "\n"
                        : pad(identity, kNameColumns) + " " + style(label.ink, label.text) + "\n";
  if (!node.message.empty() && node.message != "OK")
    out += indent(printable(node.message), 3) + "\n";
  if (node.outcome == Outcome::ok) out += data_text(node.data, action);
  if (node.outcome == Outcome::failed) out += data_text(what_failure_tells(node.data), action);
  if (node.left_out_bytes > 0)
    out += fmt::format("   {} bytes did not fit into the reply\n", node.left_out_bytes);
  return out + "\n";
}

}  // namespace muster::cli::render
