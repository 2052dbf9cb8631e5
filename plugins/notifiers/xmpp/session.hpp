// One login to a chat server: verified TLS, never clear text, everything before one deadline.
#pragma once

#include <strophe.h>

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "plugins/notifiers/sigpipe_guard.hpp"
#include "plugins/notifiers/xmpp/socket_guard.hpp"
#include "plugins/notifiers/xmpp/stanza.hpp"
#include "proto/base/endpoint.hpp"

namespace muster::notifiers::xmpp {

struct Login {
  std::string account;  // name@domain; the server's certificate must be for the domain
  std::string password;
  std::optional<base::Endpoint> server;  // empty: as the domain's DNS says
  std::filesystem::path ca_file;         // empty: the system's CAs alone
};

// Not thread-safe: one session is used by one thread, and a thread has one session at a time.
class Session {
 public:
  using Deadline = std::chrono::steady_clock::time_point;

  // Connects and logs in. Errors: unavailable (no such host, no connection, server going down),
  // timeout, refused (certificate not trusted and why, no TLS, wrong password). The one wait
  // outside the deadline's reach is the system's name lookup, which has its own (resolv.conf(5): 5
  // s and 2 attempts for each name server).
  static Result<std::unique_ptr<Session>> open(const Login& login, Deadline deadline);
  // Says good-bye, for at most a second.
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  xmpp_ctx_t* context() const { return context_.get(); }
  // Every stanza that arrives from now on. Called by run_until() only.
  void on_stanza(std::function<void(xmpp_stanza_t*)> handler) { on_stanza_ = std::move(handler); }
  void send(const Stanza& stanza) { xmpp_send(connection_.get(), stanza.get()); }
  // Works until done() says so. Errc::timeout at the deadline ("no WHAT within …"), or why the
  // connection ended.
  Status run_until(const std::function<bool()>& done, std::string_view what);

 private:
  struct FreeContext {
    void operator()(xmpp_ctx_t* context) const { xmpp_ctx_free(context); }
  };
  struct ReleaseConnection {
    void operator()(xmpp_conn_t* connection) const { xmpp_conn_release(connection); }
  };

  Session(Login login, Deadline deadline);
  Status connect();
  std::string server_text() const;
  Error why_ended() const;

  static void on_event(xmpp_conn_t* connection, xmpp_conn_event_t event, int error,
                       xmpp_stream_error_t* stream_error, void* self);
  static int on_any(xmpp_conn_t* connection, xmpp_stanza_t* stanza, void* self);
  static int on_bad_certificate(const xmpp_tlscert_t* certificate, const char* reason);
  static int on_socket(xmpp_conn_t* connection, void* socket);
  static void on_log(void* self, xmpp_log_level_t level, const char* area, const char* text);

  // libstrophe hands its certificate and socket callbacks no user data.
  static thread_local Session* active_;

  const SigpipeGuard sigpipe_guard_;
  const Login login_;
  const Deadline opened_;
  const Deadline deadline_;
  const xmpp_log_t log_;
  SocketGuard guard_;
  std::unique_ptr<xmpp_ctx_t, FreeContext> context_;
  std::unique_ptr<xmpp_conn_t, ReleaseConnection> connection_;
  std::function<void(xmpp_stanza_t*)> on_stanza_;

  bool reached_ = false;
  bool connected_ = false;
  bool ended_ = false;
  bool password_refused_ = false;
  bool no_tls_ = false;
  std::string bad_certificate_;
  std::string stream_error_;
};

}  // namespace muster::notifiers::xmpp
