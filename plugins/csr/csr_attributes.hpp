// What a node's certificate request shall say beside its name: csr_attributes.yaml and dns_alt_names,
// from where Puppet has them (plugins/puppet/layout.hpp), with the same meaning.
#pragma once

#include <string>
#include <vector>

#include "plugins/api/node.hpp"
#include "proto/base/result.hpp"
#include "proto/x509/request.hpp"

namespace muster::csr {

inline constexpr std::size_t kAttributesMax = 64;                // of each kind
inline constexpr std::size_t kAttributeMaxBytes = 8 * 1024;      // a pre-shared key, a signed token
inline constexpr std::size_t kRequestedExtensionMaxBytes = 255;  // as in a join token
inline constexpr std::size_t kAlternativeNamesMax = 64;

struct CsrContent {
  std::vector<x509::OidText> attributes;  // custom_attributes
  std::vector<x509::OidText> extensions;  // extension_requests
  std::vector<std::string>
      alternative_names;  // as Puppet sorts them, `identity` among them; or none
};

// Reads the files that `puppet` names. One that is not there is no error. Errc::config, with file and line, for what
// Puppet would not read, what no node may ask for (pp_auth_role), and beyond the limits above.
Result<CsrContent> read_csr_content(const plugins::PuppetPaths& puppet,
                                    const std::string& identity);

}  // namespace muster::csr
