#include "plugins/csr/oid_names.hpp"

#include <fmt/format.h>

#include "proto/base/names.hpp"
#include "proto/base/strict_yaml.hpp"
#include "proto/x509/puppet_oids.hpp"

namespace muster::csr {
namespace {

void read_mapping(base::StrictMap& mapping, OidNames& names) {
  mapping.each([&](const std::string& oid, base::StrictMap& entry) {
    std::string name;
    std::string for_people;
    entry.text("shortname", name);
    entry.text("longname", for_people);
    if (!x509::is_dotted(oid))
      return entry.complain(
          "shortname",
          fmt::format("{} is no object identifier: numbers with dots between", base::quoted(oid)));
    if (name.empty())
      return entry.complain("shortname", fmt::format("{} has no 'shortname'", base::quoted(oid)));
    if (names.size() >= kOidNamesMax)
      return entry.complain("shortname", fmt::format("more than {} names", kOidNamesMax));
    names[name] = oid;
  });
}

}  // namespace

Result<OidNames> read_oid_names(const std::filesystem::path& file) {
  OidNames names;
  auto map = base::StrictMap::from_file(file);
  if (!map && map.error().code == Errc::not_found) return names;
  if (!map) return fail(map.error());
  map->map("oid_mapping", [&](base::StrictMap& mapping) { read_mapping(mapping, names); });
  MUSTER_TRY(map->finish());
  return names;
}

}  // namespace muster::csr
