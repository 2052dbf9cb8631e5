#include "plugins/agents/puppet/resource.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "plugins/agents/puppet/puppet_run.hpp"
#include "plugins/puppet/program.hpp"
#include "proto/base/names.hpp"

namespace muster::plugins::puppet {
namespace {

// Within single quotes Puppet gives a meaning to these two alone.
std::string in_quotes(std::string_view text) {
  std::string out = "'";
  for (const char c : text) {
    if (c == '\\' || c == '\'') out += '\\';
    out += c;
  }
  return out + "'";
}

bool is_property(std::string_view name) {
  return !name.empty() && name.front() >= 'a' && name.front() <= 'z' &&
         std::all_of(name.begin(), name.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
         });
}

Result<std::string> literal(const Value& value, std::size_t depth);

Result<std::string> list(const Value& value, std::size_t depth) {
  std::string out = "[";
  for (const auto& item : value) {
    MUSTER_ASSIGN(const auto text, literal(item, depth + 1));
    out += text + ", ";
  }
  return out + "]";
}

Result<std::string> map(const Value& value, std::size_t depth) {
  std::string out = "{";
  for (const auto& [key, item] : value.items()) {
    MUSTER_ASSIGN(const auto text, literal(item, depth + 1));
    out += fmt::format("{} => {}, ", in_quotes(key), text);
  }
  return out + "}";
}

Result<std::string> literal(const Value& value, std::size_t depth) {
  if (depth > kPropertiesMaxDepth)
    return fail(Errc::invalid_data, fmt::format("properties are nested deeper than the limit of {}",
                                                kPropertiesMaxDepth));
  if (value.is_string()) return in_quotes(value.get_ref<const std::string&>());
  if (value.is_array()) return list(value, depth);
  if (value.is_object()) return map(value, depth);
  if (value.is_null()) return "undef";
  return value.dump();  // numbers, true and false are written as in JSON
}

}  // namespace

Result<std::string> manifest_of(std::string_view type, std::string_view name,
                                const Value& properties) {
  // The one word that would be followed by something else than a resource.
  if (type == "class") return fail(Errc::invalid_data, "'class' is no type of resource");
  auto out = fmt::format("{} {{ {}:", type, in_quotes(name));
  if (properties.is_null()) return out + " }";
  for (const auto& [key, value] : properties.items()) {
    if (!is_property(key))
      return fail(Errc::invalid_data,
                  fmt::format("{} is no property's name: lower case letters, digits and _ only",
                              base::quoted(key)));
    MUSTER_ASSIGN(const auto text, literal(value, 1));
    out += fmt::format(" {} => {},", key, text);
  }
  return out + " }";
}

Result<JobSpec> resource_spec(const Node& node, const std::string& manifest,
                              const std::string& environment) {
  if (manifest.size() > kManifestMaxBytes)
    return fail(Errc::limit, fmt::format("the resource is larger than the limit of {} bytes",
                                         kManifestMaxBytes));
  const auto& paths = node.puppet();
  MUSTER_ASSIGN(auto program, find_puppet(paths));
  const auto own = node.state_folder() / "puppet-resource";
  JobSpec spec;
  spec.kind = kPuppetJob;
  spec.timeout = kRunTimeout;
  spec.argv = {std::move(program), "apply", "--detailed-exitcodes", "--color=false", "--confdir",
               paths.confdir, "--vardir", own, "--publicdir", own / "public", "--rundir",
               own / "run", "--logdir", own / "log", "--ssldir", paths.ssldir,
               // What pluginsync has brought: types that are not Puppet's own.
               "--libdir", paths.vardir / "lib", "--certname", node.identity()};
  if (!environment.empty()) spec.argv.insert(spec.argv.end(), {"--environment", environment});
  spec.argv.insert(spec.argv.end(), {"-e", manifest});
  return spec;
}

}  // namespace muster::plugins::puppet
