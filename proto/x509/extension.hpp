// The extensions of a certificate, or those that a request asks for, as values that can be judged.
#pragma once

#include <string>
#include <vector>

namespace muster::x509 {

inline constexpr const char* kAlternativeNamesOid = "2.5.29.17";

struct Extension {
  std::string oid;  // dotted numbers
  bool critical = false;
  bool is_text = false;  // it holds one string, as Puppet's do, and nothing else
  std::string text;      // that string, as UTF-8
};

struct Extensions {
  std::vector<Extension> all;  // in their order, alternative names among them
  // "web.example", "IP:192.0.2.1", DNS names in lower case; another kind as "kind N:". That of an
  // extension that cannot be read is "unreadable:".
  std::vector<std::string> alternative_names;
};

}  // namespace muster::x509
