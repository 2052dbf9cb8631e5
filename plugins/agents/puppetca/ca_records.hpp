// What a Puppet CA's HTTP API says about names, as data.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "proto/base/result.hpp"

namespace muster::plugins::puppetca {

// One certificate or request. `state` is the CA's word: requested, signed, revoked.
struct CaRecord {
  std::string name;
  std::string state;
  std::string fingerprint;  // SHA-256, lower-case hex without colons
};

// Lower-case hex without colons, from either spelling. Errc::invalid_data unless it is a SHA-256.
Result<std::string> plain_fingerprint(std::string_view text);
// As people compare them and as the CA shows them: "AB:CD:…".
std::string shown_fingerprint(std::string_view plain);

// The bodies of certificate_status and certificate_statuses. `where` is said in errors.
Result<CaRecord> parse_record(std::string_view json, std::string_view where);
Result<std::vector<CaRecord>> parse_records(std::string_view json, std::string_view where);

}  // namespace muster::plugins::puppetca
