// Puppet's registry of object identifiers for certificate extensions and request attributes, as
// puppet/ssl/oids.rb has it.
#pragma once

#include <array>
#include <string>
#include <string_view>

#include "proto/base/result.hpp"

namespace muster::x509 {

// What a node may be given: the registered extensions (pp_role …) and a site's own.
inline constexpr std::string_view kRegisteredArc = "1.3.6.1.4.1.34380.1.1";
inline constexpr std::string_view kPrivateArc = "1.3.6.1.4.1.34380.1.2";
// What a Puppet Server takes for authority over itself (pp_auth_role, pp_cli_auth): no node's.
inline constexpr std::string_view kAuthorityArc = "1.3.6.1.4.1.34380.1.3";

// Whether `oid` (dotted numbers) lies below `arc`; the arc itself does not.
bool lies_below(std::string_view oid, std::string_view arc);

// Dotted numbers of at least two parts, none with a leading zero, at most 128 bytes.
bool is_dotted(std::string_view text);

// "pp_role" is "1.3.6.1.4.1.34380.1.1.13", and dotted numbers are themselves. Errc::invalid_data,
// with the nearest name, for a word that Puppet's registry does not have.
Result<std::string> puppet_oid(std::string_view name);
// Back: the registry's name, or the dotted numbers where it has none.
std::string puppet_name(std::string_view oid);

// The dotted numbers of an extension that a node may have, from either spelling. Errc::refused for one
// that gives authority over a Puppet Server, Errc::invalid_data for what Puppet has no place for.
Result<std::string> node_extension(std::string_view name);

// The dotted numbers of an attribute that a request may carry: a name of Puppet's registry or of
// OpenSSL's (challengePassword), or numbers. Errc::invalid_data for an unknown name, and for those
// under which a request asks for extensions.
Result<std::string> request_attribute(std::string_view name);

}  // namespace muster::x509
