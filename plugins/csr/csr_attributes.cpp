#include "plugins/csr/csr_attributes.hpp"

#include <fmt/format.h>

#include <functional>
#include <nlohmann/json.hpp>
#include <set>

#include "plugins/csr/oid_names.hpp"
#include "proto/base/files.hpp"
#include "proto/base/names.hpp"
#include "proto/base/ruby_yaml.hpp"
#include "proto/base/strict_yaml.hpp"
#include "proto/base/utf8.hpp"
#include "proto/x509/puppet_oids.hpp"

namespace muster::csr {
namespace {

using Resolve = std::function<Result<std::string>(std::string_view)>;

struct Section {
  const char* key;
  std::size_t text_max_bytes;
  Resolve resolve;
};

// As Ruby's to_s would have it, for what can be meant.
Result<std::string> text_of(const Value& value, std::size_t most) {
  if (value.is_null() || value.is_structured())
    return fail(Errc::config, "must be a single value; put it in quotes");
  auto text = value.is_string() ? value.get<std::string>() : value.dump();
  if (text.empty() || text.size() > most)
    return fail(Errc::config, fmt::format("must be 1 to {} bytes long, not {}", most, text.size()));
  return text;
}

// Keys by the strict reader, which knows lines; what stands there as Puppet's Ruby reads it: "yes" is true.
void read_section(base::StrictMap& map, const Value& as_ruby, const Section& section,
                  std::vector<x509::OidText>& out) {
  if (!map.has(section.key)) return;
  const auto& all = as_ruby.at(section.key);
  if (all.is_null()) return;
  if (!all.is_object() || all.size() > kAttributesMax)
    return map.complain(section.key,
                        fmt::format("'{}' must be a map of 1 to {} names and their values",
                                    section.key, kAttributesMax));
  for (const auto& [name, value] : all.items()) {
    const auto oid = section.resolve(name);
    const auto text = text_of(value, section.text_max_bytes);
    if (!oid) {
      map.complain(section.key, fmt::format("'{}': {}", section.key, oid.error().message));
    } else if (!text) {
      map.complain(section.key, fmt::format("'{}': {} {}", section.key, base::quoted(name),
                                            text.error().message));
    } else {
      out.push_back({*oid, *text});
    }
  }
}

Resolve with_names(const OidNames& names, Result<std::string> (*resolve)(std::string_view)) {
  return [&names, resolve](std::string_view name) -> Result<std::string> {
    const auto at = names.find(std::string(name));
    return resolve(at == names.end() ? name : std::string_view(at->second));
  };
}

Status read_attributes_file(const std::filesystem::path& file, const OidNames& names,
                            CsrContent& out) {
  const auto bytes = base::read_file(file);
  if (!bytes && bytes.error().code == Errc::not_found) return {};
  if (!bytes) return fail(bytes.error());
  const auto [text, wrong_line] = base::decode_text(*bytes);
  if (wrong_line > 0)  // mended, it would be in a certificate for years
    return fail(Errc::config,
                fmt::format("{}:{}: a byte that is not UTF-8, with which Puppet reads "
                            "nothing of the file either; save it as UTF-8",
                            file.string(), wrong_line));
  MUSTER_ASSIGN(auto map, base::StrictMap::from_text(text, file.string()));
  MUSTER_ASSIGN(const auto as_ruby, base::ruby_yaml(text, file.string()));
  read_section(
      map, as_ruby,
      {"custom_attributes", kAttributeMaxBytes, with_names(names, x509::request_attribute)},
      out.attributes);
  read_section(
      map, as_ruby,
      {"extension_requests", kRequestedExtensionMaxBytes, with_names(names, x509::node_extension)},
      out.extensions);
  return map.finish();
}

constexpr std::string_view kDnsPrefix = "DNS:";
constexpr std::string_view kAddressPrefix = "IP:";

// "DNS:web.example" in lower case, or "IP:192.0.2.1".
std::string with_prefix(std::string name) {
  if (name.starts_with(kAddressPrefix)) return name;
  if (!name.starts_with(kDnsPrefix)) name.insert(0, kDnsPrefix);
  for (auto i = kDnsPrefix.size(); i < name.size(); ++i)
    if (name[i] >= 'A' && name[i] <= 'Z') name[i] = static_cast<char>(name[i] - 'A' + 'a');
  return name;
}

// As Puppet does it: separated by commas, sorted with their prefixes, the node's own name with them.
std::vector<std::string> alternative_names(const std::string& setting,
                                           const std::string& identity) {
  std::set<std::string> names;
  std::string name;
  for (const char c : setting + ",") {
    if (c != ',') {
      if (c != ' ' && c != '\t') name += c;
      continue;
    }
    if (!name.empty()) names.insert(with_prefix(std::move(name)));
    name.clear();
  }
  if (!names.empty()) names.insert(with_prefix(identity));
  std::vector<std::string> plain;
  for (const auto& each : names)
    plain.push_back(each.starts_with(kDnsPrefix) ? each.substr(kDnsPrefix.size()) : each);
  return plain;
}

}  // namespace

Result<CsrContent> read_csr_content(const plugins::PuppetPaths& puppet,
                                    const std::string& identity) {
  CsrContent out;
  MUSTER_ASSIGN(const auto names, read_oid_names(puppet.oid_names_file()));
  MUSTER_TRY(read_attributes_file(puppet.attributes_file(), names, out));
  out.alternative_names = alternative_names(puppet.dns_alt_names, identity);
  if (out.alternative_names.size() > kAlternativeNamesMax)
    return fail(Errc::config,
                fmt::format("{}: 'dns_alt_names' has more than {} names",
                            (puppet.confdir / "puppet.conf").string(), kAlternativeNamesMax));
  return out;
}

}  // namespace muster::csr
