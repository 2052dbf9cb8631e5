// Chat stanzas: owned, built and read.
#pragma once

#include <strophe.h>

#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "proto/base/result.hpp"

namespace muster::notifiers::xmpp {

struct ReleaseStanza {
  void operator()(xmpp_stanza_t* stanza) const { xmpp_stanza_release(stanza); }
};
using Stanza = std::unique_ptr<xmpp_stanza_t, ReleaseStanza>;

using Attributes = std::initializer_list<std::pair<const char*, std::string>>;

// <name a="…"/>; libstrophe escapes the values. They and `text` must be printable (base::printable).
Stanza element(xmpp_ctx_t* context, const char* name, Attributes attributes);
void add_child(Stanza& parent, Stanza child);
// <name>text</name> below `parent`.
void add_text(Stanza& parent, const char* name, const std::string& text);

// "message", "presence" or "iq".
std::string name_of(xmpp_stanza_t* stanza);
// "" when absent.
std::string attribute(xmpp_stanza_t* stanza, const char* name);
std::string body_of(xmpp_stanza_t* message);

// What a stanza of type "error" says (RFC 6120 8.3). Errc::unavailable for what may pass by itself
// (type "wait", a service or server that is not there), Errc::refused for the rest. `doing` begins
// the message.
Error error_of(xmpp_stanza_t* stanza, std::string_view doing);
// Its condition, "conflict" for instance; "" when it has none.
std::string condition_of(xmpp_stanza_t* stanza);

}  // namespace muster::notifiers::xmpp
