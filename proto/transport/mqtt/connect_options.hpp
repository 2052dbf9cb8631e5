// Muster's options in Paho's words.
#pragma once

#include <mqtt/async_client.h>

#include <string>

#include "proto/transport/mqtt/mqtt_bus.hpp"

namespace muster::transport::mqtt {

std::string broker_uri(const Options& options, const std::string& broker);
int paho_version(Version version);
::mqtt::create_options create_options(Version version);
::mqtt::connect_options connect_options(const Options& options, Version version, bool clean);

}  // namespace muster::transport::mqtt
