// Alternative names of certificates and requests (RFC 5280, 4.2.1.6). Internal to proto/x509.
#pragma once

#include <string>
#include <vector>

#include "proto/base/result.hpp"
#include "proto/x509/openssl.hpp"

namespace muster::x509 {

using OwnedNames = Owned<GENERAL_NAMES, GENERAL_NAMES_free>;

// Errc::invalid_data, naming it, for what is no DNS name or address.
Status push_dns_name(GENERAL_NAMES* names, const std::string& dns);
Status push_ip_address(GENERAL_NAMES* names, const std::string& address);
// An IPv6 address as the name "[ADDRESS", without the last bracket: what Paho MQTT C 1.3.12 cuts out of a broker's URI and
// looks for, and no address matches that. Nothing for an IPv4 address.
Status push_ip6_of_uri(GENERAL_NAMES* names, const std::string& address);
// "web.example" or "IP:192.0.2.1".
Status push_alternative_name(GENERAL_NAMES* names, const std::string& name);

// As push_alternative_name() takes them, DNS names in lower case; of another kind "kind N:…", which
// names nothing that may be allowed.
std::vector<std::string> alternative_names_in(const GENERAL_NAMES* names);

}  // namespace muster::x509
