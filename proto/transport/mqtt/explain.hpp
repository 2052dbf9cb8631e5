// Why a connection failed, in words for the person who has to repair it.
#pragma once

#include <mqtt/async_client.h>

#include <string>

#include "proto/transport/mqtt/connection.hpp"

namespace muster::transport::mqtt {

// The broker's or Paho's verdict on a connection attempt. `detail` is what the TLS library
// complained about.
Refusal explain(const Options& options, const std::string& broker, const ::mqtt::exception& failure,
                const std::string& detail);

// Whether a code is a broker's "no": MQTT 5's reason codes and MQTT 3.1.1's SUBACK code from 0x80
// on. Paho puts other numbers there when it was not the broker who spoke.
inline bool is_refusal(int code) {
  return code >= 0x80 && code < 0xff;
}

// What a closed link's reason code says.
std::string explain_close(int reason_code);

}  // namespace muster::transport::mqtt
