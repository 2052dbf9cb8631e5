#include "plugins/agents/provision/own_request.hpp"

#include <map>

#include "plugins/csr/csr_attributes.hpp"
#include "proto/base/files.hpp"

namespace muster::plugins::provision {
namespace {

std::map<std::string, std::string> by_oid(const std::vector<x509::OidText>& texts) {
  std::map<std::string, std::string> out;
  for (const auto& [oid, text] : texts) out[oid] = text;
  return out;
}

// Whether a request that was put before asks for the same: csr_attributes.yaml may have been mended.
bool asks_for(const x509::RequestContent& before, const x509::RequestSpec& wanted) {
  std::map<std::string, std::string> asked;
  for (const auto& extension : before.extensions.all)
    if (extension.oid != x509::kAlternativeNamesOid) asked[extension.oid] = extension.text;
  return before.common_name == wanted.common_name && asked == by_oid(wanted.extensions) &&
         by_oid(before.attributes) == by_oid(wanted.attributes) &&
         before.extensions.alternative_names == wanted.alternative_names;
}

}  // namespace

Result<x509::RequestSpec> wanted_request(const Node& node) {
  MUSTER_TRY(x509::check_common_name(node.identity()));
  MUSTER_ASSIGN(auto content, csr::read_csr_content(node.puppet(), node.identity()));
  return x509::RequestSpec{node.identity(), std::move(content.attributes),
                           std::move(content.extensions), std::move(content.alternative_names)};
}

Result<x509::SigningRequest> own_request(const PuppetSsl& ssl, const x509::RequestSpec& wanted,
                                         const x509::Key& key) {
  const auto path = ssl.request_path();
  if (const auto pem = base::read_file(path)) {
    const auto content = x509::open_request(*pem, path.string());
    if (content && asks_for(*content, wanted) && content->public_key.same_public(key))
      return x509::read_request(*pem, path.string());
  }
  MUSTER_ASSIGN(auto request, x509::make_request(wanted, key));
  MUSTER_TRY(ssl.install(path, request.pem, kPublicMode));
  return request;
}

}  // namespace muster::plugins::provision
