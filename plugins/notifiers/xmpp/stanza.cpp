#include "plugins/notifiers/xmpp/stanza.hpp"

#include <fmt/format.h>

#include <array>

namespace muster::notifiers::xmpp {
namespace {

struct Meaning {
  std::string_view condition;
  std::string_view text;
  bool passes;  // may be otherwise the next time, without anybody's doing
};

constexpr std::array kMeanings{
    Meaning{"service-unavailable", "no such user, or offline and the server keeps no messages",
            true},
    Meaning{"recipient-unavailable", "the recipient is offline", true},
    Meaning{"remote-server-not-found", "the server cannot find the recipient's server", true},
    Meaning{"remote-server-timeout", "the recipient's server does not answer", true},
    Meaning{"item-not-found", "it does not exist", false},
    Meaning{"registration-required", "members only", false},
    Meaning{"not-authorized", "it wants a password, or another one", false},
    Meaning{"forbidden", "banned, or no right to speak", false},
    Meaning{"not-allowed", "it does not exist and may not be made", false},
};

xmpp_stanza_t* error_element(xmpp_stanza_t* stanza) {
  return xmpp_stanza_get_child_by_name(stanza, "error");
}

std::string text_of(xmpp_stanza_t* element) {
  char* text = element != nullptr ? xmpp_stanza_get_text(element) : nullptr;
  if (text == nullptr) return "";
  std::string copy(text);
  xmpp_free(xmpp_stanza_get_context(element), text);
  return copy;
}

}  // namespace

Stanza element(xmpp_ctx_t* context, const char* name, Attributes attributes) {
  Stanza stanza(xmpp_stanza_new(context));
  xmpp_stanza_set_name(stanza.get(), name);
  for (const auto& [key, value] : attributes)
    xmpp_stanza_set_attribute(stanza.get(), key, value.c_str());
  return stanza;
}

void add_child(Stanza& parent, Stanza child) {
  xmpp_stanza_add_child(parent.get(), child.get());
}

void add_text(Stanza& parent, const char* name, const std::string& text) {
  auto* context = xmpp_stanza_get_context(parent.get());
  auto child = element(context, name, {});
  Stanza content(xmpp_stanza_new(context));
  xmpp_stanza_set_text_with_size(content.get(), text.data(), text.size());
  add_child(child, std::move(content));
  add_child(parent, std::move(child));
}

std::string name_of(xmpp_stanza_t* stanza) {
  const char* name = xmpp_stanza_get_name(stanza);
  return name != nullptr ? name : "";
}

std::string attribute(xmpp_stanza_t* stanza, const char* name) {
  const char* value = xmpp_stanza_get_attribute(stanza, name);
  return value != nullptr ? value : "";
}

std::string body_of(xmpp_stanza_t* message) {
  return text_of(xmpp_stanza_get_child_by_name(message, "body"));
}

std::string condition_of(xmpp_stanza_t* stanza) {
  auto* error = error_element(stanza);
  for (auto* child = error ? xmpp_stanza_get_children(error) : nullptr; child != nullptr;
       child = xmpp_stanza_get_next(child)) {
    auto name = name_of(child);
    if (!name.empty() && name != "text") return name;
  }
  return "";
}

Error error_of(xmpp_stanza_t* stanza, std::string_view doing) {
  auto* error = error_element(stanza);
  const auto condition = condition_of(stanza);
  bool passes = error != nullptr && attribute(error, "type") == "wait";
  std::string_view meaning;
  for (const auto& known : kMeanings) {
    if (known.condition != condition) continue;
    meaning = known.text;
    passes = passes || known.passes;
  }
  auto message =
      fmt::format("{} failed: {}", doing, condition.empty() ? "no reason given" : condition);
  if (!meaning.empty()) message += fmt::format(" ({})", meaning);
  const auto said = error != nullptr ? text_of(xmpp_stanza_get_child_by_name(error, "text")) : "";
  if (!said.empty()) message += fmt::format("; the server says: {}", said);
  return Error{passes ? Errc::unavailable : Errc::refused, message};
}

}  // namespace muster::notifiers::xmpp
