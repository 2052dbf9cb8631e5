// How a trusted CA is shown.
#pragma once

#include <optional>
#include <string>

#include "orchestrator/client/trusted_ca.hpp"
#include "proto/base/value.hpp"

namespace muster::cli {

Value ca_json(const x509::Certificate& ca, const std::optional<client::Endorsement>& endorsement);
std::string ca_text(const x509::Certificate& ca,
                    const std::optional<client::Endorsement>& endorsement);

}  // namespace muster::cli
