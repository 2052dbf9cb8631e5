#include "plugins/agents/puppetca/request_rule.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "proto/base/names.hpp"
#include "proto/x509/puppet_oids.hpp"

namespace muster::plugins::puppetca {
namespace {

constexpr std::string_view kPuppetArc = "1.3.6.1.4.1.34380.1";

tl::unexpected<Error> not_allowed(const AllowedContent& allowed, const x509::Extension& asked) {
  const auto name = x509::puppet_name(asked.oid);
  const auto shown =
      asked.is_text ? fmt::format("{} with the value {}", name, base::quoted(asked.text)) : name;
  // Those that no node may have, and others than Puppet's, no token can allow.
  const bool grantable = asked.is_text && x509::node_extension(asked.oid).has_value();
  return fail(
      Errc::refused,
      fmt::format("refused to sign {}: it asks for the certificate extension {}, which its join "
                  "token does not allow; take it out of csr_attributes.yaml{}, then 'muster "
                  "provision again {}'",
                  allowed.certname, shown,
                  grantable ? fmt::format(", or give it a token made with 'muster token create "
                                          "--extension {}={}'",
                                          name, asked.text)
                            : "",
                  allowed.certname));
}

Status check_extension(const x509::Extension& asked, const AllowedContent& allowed) {
  const auto at = allowed.extensions.find(asked.oid);
  if (at != allowed.extensions.end() && asked.is_text && !asked.critical &&
      at->second == asked.text)
    return {};
  return not_allowed(allowed, asked);
}

Status check_alternative_names(const std::vector<std::string>& asked,
                               const AllowedContent& allowed) {
  const auto& names = allowed.alternative_names;
  for (const auto& name : asked)
    if (name != allowed.certname && std::find(names.begin(), names.end(), name) == names.end())
      return fail(Errc::refused,
                  fmt::format("refused to sign {}: it asks for the alternative name {}, which its "
                              "join token does not allow; take it out of dns_alt_names in "
                              "puppet.conf, or give it a token made with 'muster token create "
                              "--alternative-name {}'; then 'muster provision again {}'",
                              allowed.certname, base::quoted(name), name, allowed.certname));
  return {};
}

Status check_once(const std::vector<x509::Extension>& all, const AllowedContent& allowed) {
  for (auto one = all.begin(); one != all.end(); ++one)
    for (auto other = one + 1; other != all.end(); ++other)
      if (one->oid == other->oid)
        return fail(
            Errc::refused,
            fmt::format("refused to sign {}: it asks for the certificate extension {} twice",
                        allowed.certname, x509::puppet_name(one->oid)));
  return {};
}

tl::unexpected<Error> another_name(const AllowedContent& allowed, const std::string& found) {
  return fail(Errc::refused, fmt::format("refused to sign {}: the subject of what the CA holds is "
                                         "{}, not that name alone; clean the name",
                                         allowed.certname, base::quoted(found)));
}

}  // namespace

Result<AllowedContent> allowed_content(const Value& data) {
  AllowedContent allowed;
  allowed.certname = data.at("certname").get<std::string>();
  const auto extensions = data.value("extensions", Value::object());
  for (const auto& [name, value] : extensions.items()) {
    MUSTER_ASSIGN(const auto oid, x509::node_extension(name));
    if (!value.is_string())
      return fail(Errc::invalid_data,
                  fmt::format("extensions: the value of {} must be a text", base::quoted(name)));
    allowed.extensions[oid] = value.get<std::string>();
  }
  for (const auto& name : data.value("alternative_names", Value::array())) {
    if (!name.is_string())
      return fail(Errc::invalid_data, "alternative_names must be a list of texts");
    allowed.alternative_names.push_back(name.get<std::string>());
  }
  return allowed;
}

Status check_request(const x509::RequestContent& request, const AllowedContent& allowed) {
  if (request.common_name != allowed.certname || request.has_other_subject)
    return another_name(allowed, request.common_name);
  MUSTER_TRY(check_once(request.extensions.all, allowed));
  for (const auto& asked : request.extensions.all)
    if (asked.oid != x509::kAlternativeNamesOid) MUSTER_TRY(check_extension(asked, allowed));
  return check_alternative_names(request.extensions.alternative_names, allowed);
}

Status check_certificate(const x509::Certificate& certificate, const AllowedContent& allowed) {
  if (certificate.common_name() != allowed.certname)
    return another_name(allowed, certificate.common_name());
  if (certificate.is_ca())
    return fail(Errc::refused, fmt::format("the CA made {} a certificate authority; clean the name",
                                           allowed.certname));
  const auto extensions = certificate.extensions();
  for (const auto& given : extensions.all)
    if (x509::lies_below(given.oid, kPuppetArc)) MUSTER_TRY(check_extension(given, allowed));
  return check_alternative_names(extensions.alternative_names, allowed);
}

}  // namespace muster::plugins::puppetca
