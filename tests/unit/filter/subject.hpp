// A node to ask filters about.
#pragma once

#include <string>

#include <nlohmann/json.hpp>

#include "proto/filter/filter.hpp"
#include "proto/filter/subject.hpp"

namespace muster::filter {

inline const Value& node_facts() {
  static const Value facts = Value::parse(R"({
    "country": "de", "kernelversion": "5.10", "uptime": 90, "load": 0.25, "version": "1.2.3", "is_virtual": true,
    "empty": null, "blank": "", "path": "/usr/lib", "base64": "YWI=", "serial": 18446744073709551615,
    "note": "a (b) c", "os": {"family": "Debian", "release": {"major": "12", "full": "12.5"}},
    "mounts": ["/", "/var", {"path": "/srv"}], "ports": [22, 80, 443],
    "net": {"eth0.100": {"ip": "10.0.0.7"}}, "dotted.key": "whole", "dotted": {"key": "nested"},
    "negative": "-3", "street": "Königstraße", "tiny": 1e-7,
    "lines": "first\nsecond", "whole": 100.0})");
  return facts;
}

class Plugins final : public DataSource {
 public:
  Result<Value> query(std::string_view name,
                      const std::optional<std::string>& argument) const override {
    if (name != "fstat") return fail(Errc::unknown_action, "no such data plugin");
    if (argument == "/broken") return fail(Errc::io, "it failed");
    return Value{{"present", argument == "/etc/hosts"},
                 {"size", 120},
                 {"md5", "abc"},
                 {"gone", nullptr},
                 {"name", argument.value_or("none")}};
  }
};

inline Subject node() {
  static const std::vector<std::string> classes{"apache", "apache::mod::ssl", "role::web"};
  static const std::vector<std::string> agents{"puppet", "rpcutil"};
  static const Plugins plugins;
  return {"web1.example.com", &node_facts(), &classes, &agents, &plugins};
}

// "yes", "no" or the error.
inline std::string ask(const Text& text) {
  const auto filter = Filter::parse(text);
  return !filter ? filter.error().message : filter->matches(node()) ? "yes" : "no";
}

inline std::string ask_compound(const std::string& expression) {
  return ask({.compounds = {expression}});
}

}  // namespace muster::filter
