// What the certificate of a joining node may say beside its name: the inputs of puppetca#sign, as the
// token and the rules of names let it. A value.
#pragma once

#include <map>
#include <string>
#include <vector>

namespace muster::provision {

struct CertificateGrant {
  std::map<std::string, std::string> extensions;  // as the token names them, with their values
  std::vector<std::string> alternative_names;     // those that the machine asked for
};

}  // namespace muster::provision
