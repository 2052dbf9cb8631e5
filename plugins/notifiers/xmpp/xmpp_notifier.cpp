#include "plugins/notifiers/xmpp/xmpp_notifier.hpp"

#include "plugins/notifiers/secret.hpp"
#include "plugins/notifiers/xmpp/address.hpp"
#include "plugins/notifiers/xmpp/room.hpp"
#include "plugins/notifiers/xmpp/session.hpp"
#include "proto/base/encoding.hpp"
#include "proto/base/endpoint.hpp"
#include "proto/base/printable.hpp"
#include "proto/base/utf8.hpp"

namespace muster::notifiers::xmpp {
namespace {

std::string body_of(const plugins::Notification& notification) {
  auto body = base::one_line(notification.subject);
  if (!notification.text.empty()) body += "\n" + base::printable(notification.text);
  return base::cut_utf8(body, kBodyMaxBytes);
}

Result<Login> login_of(const Config& config) {
  Login login{config.account, "", std::nullopt, config.ca_file};
  MUSTER_ASSIGN(login.password, read_secret(config.password_file));
  if (config.server.empty()) return login;
  MUSTER_ASSIGN(login.server, base::parse_endpoint(config.server, kClientPort));
  return login;
}

// A server works through what it gets in order: once it has answered the ping behind the message,
// it has either taken the message or sent it back.
Status send_to_person(Session& session, const std::string& to, const std::string& domain,
                      const std::string& id, const std::string& body) {
  const auto ping_id = base::random_id();
  std::optional<Error> error;
  bool answered = false;
  session.on_stanza([&](xmpp_stanza_t* stanza) {
    const auto stanza_id = attribute(stanza, "id");
    if (stanza_id == ping_id) answered = true;
    if (stanza_id == id && attribute(stanza, "type") == "error")
      error = error_of(stanza, "message to " + to);
  });
  auto message = element(session.context(), "message", {{"to", to}, {"type", "chat"}, {"id", id}});
  add_text(message, "body", body);
  session.send(message);
  auto ping = element(session.context(), "iq", {{"to", domain}, {"type", "get"}, {"id", ping_id}});
  add_child(ping, element(session.context(), "ping", {{"xmlns", "urn:xmpp:ping"}}));
  session.send(ping);
  auto sent =
      session.run_until([&] { return answered || error; }, "receipt for the message to " + to);
  session.on_stanza(nullptr);
  if (error) return fail(*error);
  return sent;
}

class XmppNotifier final : public plugins::Notifier {
 public:
  XmppNotifier(Target target, Config config)
      : target_(std::move(target)), config_(std::move(config)) {}

  Status send(const plugins::Notification& notification) override {
    const auto deadline = std::chrono::steady_clock::now() + config_.timeout;
    const auto id = base::one_line(notification.id);
    MUSTER_ASSIGN(const auto login, login_of(config_));
    std::string room_password;
    if (target_.room && !config_.room_password_file.empty()) {
      MUSTER_ASSIGN(room_password, read_secret(config_.room_password_file));
    }
    MUSTER_ASSIGN(const auto session, Session::open(login, deadline));
    const auto body = body_of(notification);
    if (!target_.room)
      return send_to_person(*session, target_.address, std::string(domain_of(config_.account)), id,
                            body);
    Room room(*session, target_.address, config_.nick, room_password);
    MUSTER_TRY(room.enter());
    MUSTER_TRY(room.say(id, body));
    // The message is out; a room that is slow to say good-bye must not make us send it twice.
    static_cast<void>(room.leave());
    return {};
  }

 private:
  const Target target_;
  const Config config_;
};

}  // namespace

Result<std::unique_ptr<plugins::Notifier>> make_notifier(const std::string& target,
                                                         const Config& config) {
  MUSTER_ASSIGN(auto parsed, parse_target(target));
  MUSTER_TRY(check(config));
  return std::make_unique<XmppNotifier>(std::move(parsed), config);
}

}  // namespace muster::notifiers::xmpp
