#include "tests/swarm/ca/nodes_ca.hpp"

#include <fmt/format.h>

namespace muster::swarm {

Result<x509::Certificate> sign_request(const test::TestCa& ca, const x509::SigningRequest& request,
                                       const std::string& name) {
  MUSTER_ASSIGN(const auto content, x509::open_request(request.pem, name));
  if (content.common_name != name || content.has_other_subject)
    return fail(Errc::refused, fmt::format("the request of {} is for another name", name));
  x509::IssueSpec spec;
  spec.common_name = name;
  spec.dns_names = {name};
  spec.valid_for = kNodeCertificateValidFor;
  spec.server = true;
  return x509::issue(spec, content.public_key, &ca.certificate(), ca.key());
}

}  // namespace muster::swarm
