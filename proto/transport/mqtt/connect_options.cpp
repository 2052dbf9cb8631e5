#include "proto/transport/mqtt/connect_options.hpp"

#include <algorithm>

namespace muster::transport::mqtt {
namespace {

::mqtt::ssl_options tls_options(const Options& options) {
  ::mqtt::ssl_options tls;
  tls.set_trust_store(options.ca_file.string());
  if (!options.certificate_file.empty()) {
    tls.set_key_store(options.certificate_file.string());
    tls.set_private_key(options.key_file.string());
  }
  tls.set_enable_server_cert_auth(true);
  tls.set_verify(true);  // the certificate must be for the host we asked for
  return tls;
}

}  // namespace

std::string broker_uri(const Options& options, const std::string& broker) {
  return (options.ca_file.empty() ? "tcp://" : "ssl://") + broker;
}

int paho_version(Version version) {
  return version == Version::v311 ? MQTTVERSION_3_1_1 : MQTTVERSION_5;
}

::mqtt::create_options create_options(Version version) {
  ::mqtt::create_options create(paho_version(version));
  // Our own send queue refuses first, with a better message.
  create.set_max_buffered_messages(static_cast<int>(kOutgoingQueueMax) * 2);
  return create;
}

::mqtt::connect_options connect_options(const Options& options, Version version, bool clean) {
  ::mqtt::connect_options connect;
  connect.set_mqtt_version(paho_version(version));
  if (version == Version::v311) {
    connect.set_clean_session(true);  // else it would have no end (Options::session_expiry)
  } else {
    connect.set_clean_start(clean);
    ::mqtt::properties properties;
    properties.add({::mqtt::property::SESSION_EXPIRY_INTERVAL,
                    static_cast<std::int32_t>(options.session_expiry.count())});
    connect.set_properties(std::move(properties));
  }
  connect.set_keep_alive_interval(options.keep_alive);
  const auto seconds = std::chrono::ceil<std::chrono::seconds>(options.connect_timeout);
  connect.set_connect_timeout(std::max(seconds, std::chrono::seconds(1)));
  if (!options.user.empty()) {
    connect.set_user_name(options.user);
    connect.set_password(options.password);
  }
  if (options.will) {
    const auto& will = *options.will;
    connect.set_will(
        ::mqtt::will_options(will.topic, will.payload, static_cast<int>(will.qos), will.retain));
  }
  if (!options.ca_file.empty()) connect.set_ssl(tls_options(options));
  return connect;
}

}  // namespace muster::transport::mqtt
