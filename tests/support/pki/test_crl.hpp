// A CA's revocation list, as a Puppet CA writes it.
#pragma once

#include <string>
#include <vector>

#include "tests/support/pki/test_pki.hpp"

namespace muster::test {

// PEM, signed by `ca`, of these serials (Certificate::serial_hex), valid for a day.
std::string revocation_list(const TestCa& ca, const std::vector<std::string>& serials_hex);

}  // namespace muster::test
