#include "proto/transport/mqtt/explain.hpp"

#include <MQTTReasonCodes.h>

#include "proto/transport/mqtt/probe.hpp"

namespace muster::transport::mqtt {
namespace {

// Return codes of MQTT 3.1.1's CONNACK (3.2.2.3) as the reason codes of MQTT 5 that mean the same.
int as_reason(int return_code) {
  switch (return_code) {
    case 1:
      return MQTTREASONCODE_UNSUPPORTED_PROTOCOL_VERSION;
    case 2:
      return MQTTREASONCODE_CLIENT_IDENTIFIER_NOT_VALID;
    case 3:
      return MQTTREASONCODE_SERVER_UNAVAILABLE;
    case 4:
      return MQTTREASONCODE_BAD_USER_NAME_OR_PASSWORD;
    case 5:
      return MQTTREASONCODE_NOT_AUTHORIZED;
    default:
      return 0;
  }
}

std::string identity_of(const Options& options) {
  if (!options.user.empty()) return "user '" + options.user + "'";
  if (!options.certificate_file.empty()) return "certificate " + options.certificate_file.string();
  return "a client without certificate or password";
}

Error refused_by_broker(const Options& options, const std::string& broker, int reason) {
  const std::string who = "broker " + broker;
  switch (reason) {
    case MQTTREASONCODE_BAD_USER_NAME_OR_PASSWORD:
    case MQTTREASONCODE_NOT_AUTHORIZED:
      return {
          Errc::refused,
          who + " refuses " + identity_of(options) +
              (options.user.empty()
                   ? ": it does not let this name in; check that this is the right port, and the "
                     "broker's access lists"
                   : ": wrong user name or password; is the join token of another broker, or was "
                     "the "
                     "broker's password file made anew?")};
    case MQTTREASONCODE_CLIENT_IDENTIFIER_NOT_VALID:
      return {Errc::refused, who + " refuses the client id '" + options.client_id + "'"};
    case MQTTREASONCODE_UNSUPPORTED_PROTOCOL_VERSION:
      return {Errc::refused, who + " does not speak the version of MQTT that was asked for"};
    case MQTTREASONCODE_BANNED:
      return {Errc::refused, who + " has banned " + identity_of(options)};
    default:
      return {Errc::unavailable, who + " is up but takes no connections now (" +
                                     ::mqtt::exception::reason_code_str(reason) +
                                     "); try again later"};
  }
}

}  // namespace

Refusal explain(const Options& options, const std::string& broker, const ::mqtt::exception& failure,
                const std::string& detail) {
  int reason = failure.get_reason_code();
  // Paho gives the CONNACK's code as its own return code, in either version.
  if (!is_refusal(reason)) reason = failure.get_return_code();
  if (!is_refusal(reason)) reason = as_reason(reason);
  if (reason != 0) {
    Refusal refusal{refused_by_broker(options, broker, reason)};
    refusal.other_version = reason == MQTTREASONCODE_UNSUPPORTED_PROTOCOL_VERSION;
    return refusal;
  }
  // Paho says little more than "TCP/TLS connect failure": look for ourselves.
  if (auto cause = probe(options, broker)) return {*std::move(cause)};
  Refusal refusal;
  // The way to the broker is free, so it hung up on our CONNECT. Some brokers do so on a version
  // they do not know.
  refusal.other_version = true;
  refusal.error = {Errc::unavailable, "broker " + broker + " hung up before it answered" +
                                          (detail.empty() ? "" : " (" + detail + ")") +
                                          "; its own log says why"};
  return refusal;
}

std::string explain_close(int reason_code) {
  switch (reason_code) {
    case MQTTREASONCODE_SERVER_SHUTTING_DOWN:
      return "the broker is shutting down";
    case MQTTREASONCODE_SESSION_TAKEN_OVER:
      return "another client connected with our client id";
    case MQTTREASONCODE_KEEP_ALIVE_TIMEOUT:
      return "the broker heard nothing from us for too long";
    case MQTTREASONCODE_PACKET_TOO_LARGE:
      return "the broker found a message too large";
    default:
      return "the broker closed the link: " + ::mqtt::exception::reason_code_str(reason_code);
  }
}

}  // namespace muster::transport::mqtt
