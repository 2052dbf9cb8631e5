#include "plugins/notifiers/xmpp/session.hpp"

#include <fmt/format.h>
#include <netdb.h>

#include <algorithm>
#include <mutex>

#include "plugins/notifiers/xmpp/address.hpp"

namespace muster::notifiers::xmpp {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr milliseconds kStep{50};
constexpr std::chrono::seconds kGoodbye{1};
// What notices the deadline by itself may say what it waited for; the guard is for what does not.
constexpr std::chrono::seconds kGuardGrace{1};

std::string lookup_problem(const std::string& host) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  const int error = ::getaddrinfo(host.c_str(), nullptr, &hints, &found);
  if (error == 0) ::freeaddrinfo(found);
  return error == 0 ? "no address that can be reached" : ::gai_strerror(error);
}

std::string stream_error_text(const xmpp_stream_error_t& error) {
  std::string text;
  auto* condition = error.stanza != nullptr ? xmpp_stanza_get_children(error.stanza) : nullptr;
  if (condition != nullptr) text = name_of(condition);
  if (error.text != nullptr) text += fmt::format(" ({})", error.text);
  return text.empty() ? "stream error" : text;
}

}  // namespace

thread_local Session* Session::active_ = nullptr;

Session::Session(Login login, Deadline deadline)
    : login_(std::move(login)),
      opened_(steady_clock::now()),
      deadline_(deadline),
      log_{&Session::on_log, this},
      guard_(deadline + kGuardGrace) {
  static std::once_flag once;
  std::call_once(once, xmpp_initialize);
  context_.reset(xmpp_ctx_new(nullptr, &log_));
  connection_.reset(xmpp_conn_new(context_.get()));
  active_ = this;
}

Session::~Session() {
  on_stanza_ = nullptr;
  if (connected_ && !ended_) {
    xmpp_disconnect(connection_.get());
    const auto until = std::min(steady_clock::now() + kGoodbye, deadline_);
    while (!ended_ && steady_clock::now() < until)
      xmpp_run_once(context_.get(), static_cast<unsigned long>(kStep.count()));
  }
  connection_.reset();
  context_.reset();
  active_ = nullptr;
}

Result<std::unique_ptr<Session>> Session::open(const Login& login, Deadline deadline) {
  std::unique_ptr<Session> session(new Session(login, deadline));
  MUSTER_TRY(session->connect());
  return session;
}

Status Session::connect() {
  auto* connection = connection_.get();
  xmpp_conn_set_flags(connection, XMPP_CONN_FLAG_MANDATORY_TLS | XMPP_CONN_FLAG_DISABLE_SM);
  xmpp_conn_set_jid(connection, login_.account.c_str());
  xmpp_conn_set_pass(connection, login_.password.c_str());
  if (!login_.ca_file.empty()) xmpp_conn_set_cafile(connection, login_.ca_file.c_str());
  xmpp_conn_set_certfail_handler(connection, &Session::on_bad_certificate);
  xmpp_conn_set_sockopt_callback(connection, &Session::on_socket);
  const char* host = login_.server ? login_.server->host.c_str() : nullptr;
  const std::uint16_t port = login_.server ? login_.server->port : 0;
  if (xmpp_connect_client(connection, host, port, &Session::on_event, this) != XMPP_EOK) {
    ended_ = true;
    return fail(why_ended());
  }
  MUSTER_TRY(run_until([this] { return connected_; }, "login"));
  xmpp_handler_add(connection, &Session::on_any, nullptr, nullptr, nullptr, this);
  return {};
}

Status Session::run_until(const std::function<bool()>& done, std::string_view what) {
  while (!done()) {
    if (ended_) return fail(why_ended());
    const auto left = std::chrono::ceil<milliseconds>(deadline_ - steady_clock::now());
    if (left.count() <= 0)
      return fail(
          Errc::timeout,
          fmt::format(
              "{}: no {} within {} s", server_text(), what,
              std::chrono::duration_cast<std::chrono::seconds>(deadline_ - opened_).count()));
    xmpp_run_once(context_.get(), static_cast<unsigned long>(std::min(left, kStep).count()));
  }
  return {};
}

std::string Session::server_text() const {
  return login_.server ? login_.server->text() : std::string(domain_of(login_.account));
}

Error Session::why_ended() const {
  const auto server = server_text();
  const auto domain = domain_of(login_.account);
  if (!bad_certificate_.empty())
    return {
        Errc::refused,
        fmt::format("the certificate of {} is not trusted for '{}': {}; set 'ca_file' to its CA",
                    server, domain, bad_certificate_)};
  if (no_tls_) return {Errc::refused, fmt::format("{} offers no TLS; nothing was sent", server)};
  if (steady_clock::now() >= deadline_)
    return {Errc::timeout, fmt::format("{} did not answer in time", server)};
  if (password_refused_ && !connected_)
    return {Errc::config, fmt::format("{} refused the password of {}", server, login_.account)};
  if (!stream_error_.empty())
    return {stream_error_.starts_with("host-unknown") ? Errc::refused : Errc::unavailable,
            fmt::format("{} closed the connection: {}", server, stream_error_)};
  if (guard_.watched() == 0) {
    const auto host = login_.server ? login_.server->host : std::string(domain);
    return {Errc::unavailable, fmt::format("cannot resolve '{}': {}", host, lookup_problem(host))};
  }
  if (!reached_) return {Errc::unavailable, fmt::format("cannot connect to {}", server)};
  return {
      Errc::unavailable,
      fmt::format("{} {}", server, connected_ ? "closed the connection" : "broke off the login")};
}

void Session::on_event(xmpp_conn_t*, xmpp_conn_event_t event, int,
                       xmpp_stream_error_t* stream_error, void* user) {
  auto& self = *static_cast<Session*>(user);
  if (event == XMPP_CONN_CONNECT) {
    self.connected_ = true;
    return;
  }
  self.ended_ = true;
  if (stream_error != nullptr) self.stream_error_ = stream_error_text(*stream_error);
}

int Session::on_any(xmpp_conn_t*, xmpp_stanza_t* stanza, void* user) {
  const auto& self = *static_cast<Session*>(user);
  if (self.on_stanza_) self.on_stanza_(stanza);
  return 1;
}

int Session::on_bad_certificate(const xmpp_tlscert_t*, const char* reason) {
  if (active_ != nullptr) active_->bad_certificate_ = reason != nullptr ? reason : "unknown reason";
  return 0;
}

int Session::on_socket(xmpp_conn_t*, void* socket) {
  if (active_ != nullptr) active_->guard_.watch(*static_cast<int*>(socket));
  return 0;
}

// libstrophe tells how far a failed login got nowhere else. Nothing of its log is kept: it holds
// what was sent.
void Session::on_log(void* user, xmpp_log_level_t, const char*, const char* text) {
  auto& self = *static_cast<Session*>(user);
  const std::string_view line(text != nullptr ? text : "");
  if (line == "connection successful") self.reached_ = true;
  if (line.starts_with("SASL ") && line.ends_with(" auth failed")) self.password_refused_ = true;
  if (line.starts_with("TLS is not supported, but set as mandatory")) self.no_tls_ = true;
}

}  // namespace muster::notifiers::xmpp
