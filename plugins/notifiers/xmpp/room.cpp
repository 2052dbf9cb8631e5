#include "plugins/notifiers/xmpp/room.hpp"

#include <fmt/format.h>

#include "proto/base/encoding.hpp"

namespace muster::notifiers::xmpp {
namespace {

constexpr const char* kMuc = "http://jabber.org/protocol/muc";
constexpr const char* kMucUser = "http://jabber.org/protocol/muc#user";

// Status codes of XEP-0045 15.6.2: 110 is our own presence, 201 a room that was just made.
bool has_status(xmpp_stanza_t* presence, std::string_view code) {
  auto* x = xmpp_stanza_get_child_by_name_and_ns(presence, "x", kMucUser);
  for (auto* child = x ? xmpp_stanza_get_children(x) : nullptr; child != nullptr;
       child = xmpp_stanza_get_next(child))
    if (attribute(child, "code") == code) return true;
  return false;
}

}  // namespace

Room::Room(Session& session, std::string address, std::string nick, std::string password)
    : session_(session),
      address_(std::move(address)),
      nick_(std::move(nick)),
      password_(std::move(password)) {
  session_.on_stanza([this](xmpp_stanza_t* stanza) { take(stanza); });
}

Room::~Room() {
  session_.on_stanza(nullptr);
}

Status Room::enter() {
  MUSTER_TRY(try_enter());
  if (nick_taken_) {
    nick_ += "-" + base::random_id().substr(0, 6);
    MUSTER_TRY(try_enter());
  }
  if (error_) return fail(*error_);
  if (!made_new_) return {};
  MUSTER_TRY(leave());
  return fail(Errc::unavailable,
              fmt::format("room {} does not exist now; make it, and make it persistent", address_));
}

Status Room::try_enter() {
  error_.reset();
  nick_taken_ = false;
  auto presence = element(session_.context(), "presence", {{"to", own_address()}});
  auto x = element(session_.context(), "x", {{"xmlns", kMuc}});
  add_child(x, element(session_.context(), "history", {{"maxstanzas", "0"}}));
  if (!password_.empty()) add_text(x, "password", password_);
  add_child(presence, std::move(x));
  session_.send(presence);
  return session_.run_until([this] { return inside_ || error_; }, "entry to room " + address_);
}

Status Room::say(const std::string& id, const std::string& body) {
  said_id_ = id;
  echoed_ = false;
  auto message =
      element(session_.context(), "message", {{"to", address_}, {"type", "groupchat"}, {"id", id}});
  add_text(message, "body", body);
  session_.send(message);
  MUSTER_TRY(
      session_.run_until([this] { return echoed_ || error_; }, "echo from room " + address_));
  if (error_) return fail(*error_);
  return {};
}

Status Room::leave() {
  if (!inside_) return {};
  session_.send(
      element(session_.context(), "presence", {{"to", own_address()}, {"type", "unavailable"}}));
  return session_.run_until([this] { return left_; }, "good-bye from room " + address_);
}

void Room::take(xmpp_stanza_t* stanza) {
  const auto from = attribute(stanza, "from");
  if (from != address_ && !from.starts_with(address_ + "/")) return;
  const auto name = name_of(stanza);
  if (name == "presence") take_presence(stanza);
  if (name == "message") take_message(stanza);
}

void Room::take_presence(xmpp_stanza_t* presence) {
  const auto type = attribute(presence, "type");
  if (type == "error") {
    nick_taken_ = condition_of(presence) == "conflict";
    error_ = error_of(presence, "entering room " + address_);
    return;
  }
  const bool own = has_status(presence, "110") || attribute(presence, "from") == own_address();
  if (!own) return;
  if (type == "unavailable") {
    left_ = true;
    if (!error_) error_ = Error{Errc::unavailable, fmt::format("room {} sent us out", address_)};
    return;
  }
  inside_ = true;
  made_new_ = has_status(presence, "201");
}

void Room::take_message(xmpp_stanza_t* message) {
  if (said_id_.empty() || attribute(message, "id") != said_id_) return;
  if (attribute(message, "type") == "error")
    error_ = error_of(message, "speaking in room " + address_);
  else if (attribute(message, "from") == own_address())
    echoed_ = true;
}

}  // namespace muster::notifiers::xmpp
