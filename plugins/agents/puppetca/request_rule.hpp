// What a certificate of this CA may say about a node, judged in the request before it is signed, and
// in the certificate afterwards. Pure.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "proto/base/result.hpp"
#include "proto/base/value.hpp"
#include "proto/x509/certificate.hpp"
#include "proto/x509/request.hpp"

namespace muster::plugins::puppetca {

// Of one node, from its join token by way of the orchestrator. Nothing is allowed beside the name
// itself unless it stands here.
struct AllowedContent {
  std::string certname;
  std::map<std::string, std::string> extensions;  // by dotted OID, with exactly that value
  std::vector<std::string> alternative_names;     // "web.example" in lower case, "IP:192.0.2.1"
};
// Out of the inputs `extensions` (a map; Puppet's names or numbers) and `alternative_names` of
// puppetca#sign. Errc::refused for an extension that no node may have (pp_auth_role), whoever allows it.
Result<AllowedContent> allowed_content(const Value& data);

// Errc::refused, naming what is asked for and what to do, unless the subject is the name and nothing
// else, and every extension and alternative name is allowed.
Status check_request(const x509::RequestContent& request, const AllowedContent& allowed);

// The same of a certificate: its own name, no CA, of Puppet's extensions and alternative names
// those that are allowed. Others, which the CA adds, are its own affair.
Status check_certificate(const x509::Certificate& certificate, const AllowedContent& allowed);

}  // namespace muster::plugins::puppetca
