#include "proto/x509/puppet_oids.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "proto/base/names.hpp"
#include "proto/base/nearest.hpp"
#include "proto/x509/oid_text.hpp"

namespace muster::x509 {
namespace {

constexpr std::size_t kOidMaxBytes = 128;

struct NamedOid {
  std::string_view name;
  std::string_view oid;
};
constexpr std::array kPuppetOids{NamedOid{"pp_uuid", "1.3.6.1.4.1.34380.1.1.1"},
                                 NamedOid{"pp_instance_id", "1.3.6.1.4.1.34380.1.1.2"},
                                 NamedOid{"pp_image_name", "1.3.6.1.4.1.34380.1.1.3"},
                                 NamedOid{"pp_preshared_key", "1.3.6.1.4.1.34380.1.1.4"},
                                 NamedOid{"pp_cost_center", "1.3.6.1.4.1.34380.1.1.5"},
                                 NamedOid{"pp_product", "1.3.6.1.4.1.34380.1.1.6"},
                                 NamedOid{"pp_project", "1.3.6.1.4.1.34380.1.1.7"},
                                 NamedOid{"pp_application", "1.3.6.1.4.1.34380.1.1.8"},
                                 NamedOid{"pp_service", "1.3.6.1.4.1.34380.1.1.9"},
                                 NamedOid{"pp_employee", "1.3.6.1.4.1.34380.1.1.10"},
                                 NamedOid{"pp_created_by", "1.3.6.1.4.1.34380.1.1.11"},
                                 NamedOid{"pp_environment", "1.3.6.1.4.1.34380.1.1.12"},
                                 NamedOid{"pp_role", "1.3.6.1.4.1.34380.1.1.13"},
                                 NamedOid{"pp_software_version", "1.3.6.1.4.1.34380.1.1.14"},
                                 NamedOid{"pp_department", "1.3.6.1.4.1.34380.1.1.15"},
                                 NamedOid{"pp_cluster", "1.3.6.1.4.1.34380.1.1.16"},
                                 NamedOid{"pp_provisioner", "1.3.6.1.4.1.34380.1.1.17"},
                                 NamedOid{"pp_region", "1.3.6.1.4.1.34380.1.1.18"},
                                 NamedOid{"pp_datacenter", "1.3.6.1.4.1.34380.1.1.19"},
                                 NamedOid{"pp_zone", "1.3.6.1.4.1.34380.1.1.20"},
                                 NamedOid{"pp_network", "1.3.6.1.4.1.34380.1.1.21"},
                                 NamedOid{"pp_securitypolicy", "1.3.6.1.4.1.34380.1.1.22"},
                                 NamedOid{"pp_cloudplatform", "1.3.6.1.4.1.34380.1.1.23"},
                                 NamedOid{"pp_apptier", "1.3.6.1.4.1.34380.1.1.24"},
                                 NamedOid{"pp_hostname", "1.3.6.1.4.1.34380.1.1.25"},
                                 NamedOid{"pp_owner", "1.3.6.1.4.1.34380.1.1.26"},
                                 NamedOid{"pp_authorization", "1.3.6.1.4.1.34380.1.3.1"},
                                 NamedOid{"pp_auth_role", "1.3.6.1.4.1.34380.1.3.13"},
                                 NamedOid{"pp_cli_auth", "1.3.6.1.4.1.34380.1.3.39"}};

// "13", "0", not "", "013" or "1a".
bool is_number(std::string_view part) {
  const bool digits =
      std::all_of(part.begin(), part.end(), [](char c) { return c >= '0' && c <= '9'; });
  return digits && !part.empty() && (part.size() == 1 || part.front() != '0');
}

}  // namespace

bool lies_below(std::string_view oid, std::string_view arc) {
  return oid.size() > arc.size() + 1 && oid.starts_with(arc) && oid[arc.size()] == '.';
}

bool is_dotted(std::string_view text) {
  if (text.size() > kOidMaxBytes || text.find('.') == std::string_view::npos) return false;
  for (;;) {
    const auto dot = text.find('.');
    if (!is_number(text.substr(0, dot))) return false;
    if (dot == std::string_view::npos) return true;
    text.remove_prefix(dot + 1);
  }
}

Result<std::string> puppet_oid(std::string_view name) {
  if (is_dotted(name)) return std::string(name);
  std::vector<std::string> known;
  for (const auto& entry : kPuppetOids) {
    if (entry.name == name) return std::string(entry.oid);
    known.emplace_back(entry.name);
  }
  const auto near = base::nearest(name, known);
  return fail(
      Errc::invalid_data,
      fmt::format("Puppet's registry has no extension {}{}; a site's own is named by its "
                  "numbers, {}.N",
                  base::quoted(name), near ? "; did you mean '" + *near + "'?" : "", kPrivateArc));
}

std::string puppet_name(std::string_view oid) {
  for (const auto& entry : kPuppetOids)
    if (entry.oid == oid) return std::string(entry.name);
  return std::string(oid);
}

Result<std::string> node_extension(std::string_view name) {
  MUSTER_ASSIGN(auto oid, puppet_oid(name));
  if (lies_below(oid, kAuthorityArc) || oid == kAuthorityArc)
    return fail(Errc::refused,
                fmt::format("the certificate extension {} gives authority over a Puppet Server; no "
                            "node is given one",
                            base::quoted(puppet_name(oid))));
  if (!lies_below(oid, kRegisteredArc) && !lies_below(oid, kPrivateArc))
    return fail(Errc::invalid_data,
                fmt::format("{} is no extension that a Puppet CA signs; it takes those below {} "
                            "(pp_role …) and {} (a site's own)",
                            base::quoted(name), kRegisteredArc, kPrivateArc));
  return oid;
}

Result<std::string> request_attribute(std::string_view name) {
  auto known = puppet_oid(name);
  std::string oid = known ? *known : "";
  constexpr int kNamesToo = 0;
  if (!known) {
    const OwnedObject object(OBJ_txt2obj(std::string(name).c_str(), kNamesToo));
    ERR_clear_error();
    if (!object)
      return fail(Errc::invalid_data,
                  fmt::format("{} is no attribute that Puppet or OpenSSL has a name for; its "
                              "numbers, such as 1.2.840.113549.1.9.7, can be given",
                              base::quoted(name)));
    oid = oid_text(object.get());
  }
  if (oid == kExtensionRequestOid || oid == kMicrosoftRequestOid)
    return fail(Errc::invalid_data,
                fmt::format("{} is how a request asks for extensions; list them under "
                            "'extension_requests'",
                            base::quoted(name)));
  return oid;
}

}  // namespace muster::x509
