// Which certificates a broker shows to whoever connects.
#pragma once

#include <string>
#include <vector>

#include "proto/base/result.hpp"
#include "proto/x509/certificate.hpp"

namespace muster::client {

// The broker's own first, at least one; nothing is judged. `broker`: "host:port". Errc::unavailable
// when it does not answer within some seconds.
Result<std::vector<x509::Certificate>> broker_chain(const std::string& broker);

}  // namespace muster::client
