#include "tests/swarm/links/mqtt_client.hpp"

#include <fcntl.h>
#include <mosquitto.h>
#include <mqtt_protocol.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <mutex>
#include <utility>

#include "tests/swarm/links/no_socket_pair.hpp"

namespace muster::swarm {
namespace {

// In flight to us without an acknowledgement: what the broker's own limit is cut to.
constexpr int kReceiveMax = 65'535;
constexpr int kFirstReason = 0x80;  // below: libmosquitto's own codes
static_assert(kTlsFailed == MOSQ_ERR_TLS);

Status checked(int code, const char* doing) {
  if (code == MOSQ_ERR_SUCCESS) return {};
  const auto errc = code == MOSQ_ERR_NO_CONN || code == MOSQ_ERR_CONN_LOST ? Errc::unavailable
                    : code == MOSQ_ERR_NOMEM                               ? Errc::limit
                                                                           : Errc::io;
  return fail(errc, std::string("cannot ") + doing + ": " + explain(code));
}

// libmosquitto wants char* const*, and leaves them alone.
std::vector<char*> pointers(const std::vector<std::string>& texts) {
  std::vector<char*> all;
  for (const auto& text : texts) all.push_back(const_cast<char*>(text.c_str()));
  return all;
}

}  // namespace

std::string explain(int reason) {
  if (reason >= kFirstReason) return mosquitto_reason_string(reason);
  return mosquitto_strerror(reason);  // of MOSQ_ERR_ERRNO: errno's
}

MqttClient::MqttClient(const LinkSettings& settings, Tls* tls) : settings_(settings), tls_(tls) {
  static std::once_flag once;
  std::call_once(once, mosquitto_lib_init);
  const NoSocketPair none;
  client_ = mosquitto_new(settings_.client_id.c_str(), true, this);
}

MqttClient::~MqttClient() {
  mosquitto_destroy(client_);
}

Result<std::unique_ptr<MqttClient>> MqttClient::make(const LinkSettings& settings, Tls* tls) {
  std::unique_ptr<MqttClient> made(new MqttClient(settings, tls));
  if (made->client_ == nullptr) return fail(Errc::limit, "no memory for an MQTT client");
  MUSTER_TRY(made->set_up().map_error(
      [&](const Error& error) { return error.within("client " + settings.client_id); }));
  return made;
}

Status MqttClient::set_up() {
  for (const auto& [option, value] :
       {std::pair{MOSQ_OPT_PROTOCOL_VERSION, MQTT_PROTOCOL_V5}, std::pair{MOSQ_OPT_TCP_NODELAY, 1},
        std::pair{MOSQ_OPT_RECEIVE_MAXIMUM, kReceiveMax}})
    MUSTER_TRY(checked(mosquitto_int_option(client_, option, value), "set an option"));
  if (tls_ != nullptr) {
    MUSTER_TRY(checked(mosquitto_void_option(client_, MOSQ_OPT_SSL_CTX, tls_->context()),
                       "share the TLS context"));
    MUSTER_TRY(checked(mosquitto_int_option(client_, MOSQ_OPT_SSL_CTX_WITH_DEFAULTS, 0),
                       "share the TLS context"));
  }
  if (!settings_.user.empty())
    MUSTER_TRY(checked(
        mosquitto_username_pw_set(client_, settings_.user.c_str(), settings_.password.c_str()),
        "set the password"));
  if (const auto& will = settings_.will)
    MUSTER_TRY(checked(
        mosquitto_will_set_v5(client_, will->topic.c_str(), static_cast<int>(will->payload.size()),
                              will->payload.data(), 1, will->retain, nullptr),
        "set the last will"));
  call_back_to_me();
  return {};
}

void MqttClient::call_back_to_me() {
  mosquitto_connect_v5_callback_set(client_, on_connect);
  mosquitto_disconnect_v5_callback_set(client_, on_close);
  mosquitto_message_v5_callback_set(client_, on_message);
  mosquitto_subscribe_v5_callback_set(client_, on_subscribe);
  mosquitto_publish_v5_callback_set(client_, on_publish);
}

// --- the connection ---

// What others left behind on this thread would be taken for a failure of this link: OpenSSL's queue of errors, and errno.
void MqttClient::prepare() const {
  if (tls_ != nullptr) tls_->show(settings_.pair);
  ERR_clear_error();
  errno = 0;
}

Status MqttClient::open(const Way& way) {
  prepare();
  events_.clear();
  const int code = mosquitto_connect_bind_async(client_, way.host.c_str(), settings_.port,
                                                static_cast<int>(way.keep_alive.count()),
                                                way.source.empty() ? nullptr : way.source.c_str());
  if (code == MOSQ_ERR_SUCCESS && fd() >= 0) {
    // A child that kept it open would keep it in our epoll, too, after we have closed it.
    ::fcntl(fd(), F_SETFD, FD_CLOEXEC);
    return {};
  }
  const auto [reason, why] = closed_by(code);
  return fail(reason == kTlsFailed ? Errc::refused : Errc::unavailable,
              "cannot connect to " + way.host + ":" + std::to_string(settings_.port) + ": " + why);
}

int MqttClient::fd() const {
  return mosquitto_socket(client_);
}

bool MqttClient::in_handshake() const {
  auto* ssl = static_cast<SSL*>(mosquitto_ssl_get(client_));
  return ssl != nullptr && SSL_is_init_finished(ssl) == 0;
}

// The CONNECT waits to be written during the whole handshake, which then mostly waits to read.
bool MqttClient::wants_write() const {
  if (in_handshake()) return SSL_want_write(static_cast<SSL*>(mosquitto_ssl_get(client_)));
  return mosquitto_want_write(client_);
}

// Who is refused while he still writes hears nothing of the other side's alert.
Closed MqttClient::closed_by(int code) const {
  if (tls_ != nullptr && !tls_->alert().empty())
    return {kTlsFailed, "the broker says: " + tls_->alert()};
  if (code == MOSQ_ERR_TLS || (code == MOSQ_ERR_ERRNO && errno == EPROTO))
    return {kTlsFailed,
            "TLS was broken off; one side does not take the other's certificate, perhaps"};
  return {code, explain(code)};
}

// libmosquitto tells of most ends by its callback, and of some only by what a call gives.
void MqttClient::end_with(Closed closed) {
  const auto ended = [](const Event& event) { return std::holds_alternative<Closed>(event); };
  if (std::none_of(events_.begin(), events_.end(), ended)) events_.emplace_back(std::move(closed));
}

void MqttClient::read() {
  const SSL* ssl = nullptr;
  do {
    prepare();
    const int code = mosquitto_loop_read(client_, 1);
    if (code != MOSQ_ERR_SUCCESS) end_with(closed_by(code));
    // What TLS has decrypted already, the socket does not tell of again.
    ssl = static_cast<SSL*>(mosquitto_ssl_get(client_));
  } while (fd() >= 0 && ssl != nullptr && SSL_pending(ssl) > 0);
}

void MqttClient::write() {
  prepare();
  const int code = mosquitto_loop_write(client_, 1);
  if (code != MOSQ_ERR_SUCCESS) end_with(closed_by(code));
}

void MqttClient::look() {
  prepare();
  if (fd() < 0) return;
  const int code = mosquitto_loop_misc(client_);
  if (code != MOSQ_ERR_SUCCESS) end_with(closed_by(code));
}

// In a handshake libmosquitto would wait on.
void MqttClient::broken() {
  int error = 0;
  socklen_t size = sizeof error;
  if (fd() >= 0) ::getsockopt(fd(), SOL_SOCKET, SO_ERROR, &error, &size);
  end_with({MOSQ_ERR_CONN_LOST, error == 0 ? explain(MOSQ_ERR_CONN_LOST) : std::strerror(error)});
}

void MqttClient::hang_up() {
  prepare();
  mosquitto_disconnect_v5(client_, 0, nullptr);
}

// --- messages ---

Status MqttClient::publish(std::string_view topic, const std::string& payload,
                           const transport::PublishOptions& options) {
  prepare();
  mosquitto_property* properties = nullptr;
  if (options.expiry_s != 0)
    mosquitto_property_add_int32(&properties, MQTT_PROP_MESSAGE_EXPIRY_INTERVAL, options.expiry_s);
  const int qos = static_cast<int>(options.qos);
  int id = 0;
  const int code = mosquitto_publish_v5(client_, &id, std::string(topic).c_str(),
                                        static_cast<int>(payload.size()), payload.data(), qos,
                                        options.retain, properties);
  mosquitto_property_free_all(&properties);
  // Without a link libmosquitto keeps it for the next one, and says so by an error.
  const bool kept = code == MOSQ_ERR_NO_CONN && options.keep && qos > 0;
  if (code != MOSQ_ERR_SUCCESS && !kept) return checked(code, "publish");
  if (qos > 0) unacknowledged_.insert(id);
  return {};
}

Result<int> MqttClient::subscribe(const std::vector<std::string>& filters, transport::Qos qos) {
  prepare();
  int id = 0;
  const auto all = pointers(filters);
  MUSTER_TRY(checked(mosquitto_subscribe_multiple(client_, &id, static_cast<int>(all.size()),
                                                  all.data(), static_cast<int>(qos), 0, nullptr),
                     "subscribe"));
  return id;
}

Status MqttClient::unsubscribe(const std::vector<std::string>& filters) {
  prepare();
  const auto all = pointers(filters);
  return checked(mosquitto_unsubscribe_multiple(client_, nullptr, static_cast<int>(all.size()),
                                                all.data(), nullptr),
                 "unsubscribe");
}

// --- libmosquitto's callbacks: it holds a lock, and takes a stale errno for one of its own afterwards ---

void MqttClient::on_connect(mosquitto*, void* self, int code, int, const mosquitto_property*) {
  of(self).events_.push_back(code == 0 ? Event(Taken{}) : Event(Refused{code}));
  errno = 0;
}

void MqttClient::on_close(mosquitto*, void* self, int reason, const mosquitto_property*) {
  of(self).end_with(of(self).closed_by(reason));
}

void MqttClient::on_message(mosquitto*, void* self, const mosquitto_message* message,
                            const mosquitto_property*) {
  of(self).events_.emplace_back(transport::Message{
      message->topic,
      {static_cast<const char*>(message->payload), static_cast<std::size_t>(message->payloadlen)},
      message->retain});
  errno = 0;
}

void MqttClient::on_subscribe(mosquitto*, void* self, int id, int count, const int* granted,
                              const mosquitto_property*) {
  const bool wholly =
      std::all_of(granted, granted + count, [](int qos) { return qos < kFirstReason; });
  of(self).events_.emplace_back(Granted{id, wholly});
  errno = 0;
}

void MqttClient::on_publish(mosquitto*, void* self, int id, int, const mosquitto_property*) {
  of(self).unacknowledged_.erase(id);
  errno = 0;
}

}  // namespace muster::swarm
