// A visit to a room (multi-user chat, XEP-0045).
#pragma once

#include <optional>
#include <string>

#include "plugins/notifiers/xmpp/session.hpp"

namespace muster::notifiers::xmpp {

// Uses the session's on_stanza() while it lives. Not thread-safe.
class Room {
 public:
  // `address`: the room's, without nick. `password`: empty for an open room.
  Room(Session& session, std::string address, std::string nick, std::string password);
  ~Room();
  Room(const Room&) = delete;
  Room& operator=(const Room&) = delete;

  // Enters; when the nick is taken, once more with a random ending. Errc::refused: the room wants
  // none of us (banned, password, members only). Errc::unavailable: it is full, gone, or was not
  // there: joining a room that is not there makes it, and nobody would read the message.
  Status enter();
  // Says `body` and waits until the room has sent it to everybody, us included.
  Status say(const std::string& id, const std::string& body);
  // Waits until the room has let us go, so that the next visit finds the nick free.
  Status leave();

 private:
  void take(xmpp_stanza_t* stanza);
  void take_presence(xmpp_stanza_t* presence);
  void take_message(xmpp_stanza_t* message);
  Status try_enter();
  std::string own_address() const { return address_ + "/" + nick_; }

  Session& session_;
  const std::string address_;
  std::string nick_;
  const std::string password_;
  std::string said_id_;
  bool inside_ = false;
  bool made_new_ = false;
  bool echoed_ = false;
  bool left_ = false;
  bool nick_taken_ = false;
  std::optional<Error> error_;
};

}  // namespace muster::notifiers::xmpp
