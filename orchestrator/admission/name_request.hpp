// A machine that asks for a name which another one's certificate holds, and an operator's leave to
// take it. Both travel in the name's provision record.
#pragma once

#include <cstdint>
#include <string>

namespace muster::admission {

struct NameRequest {
  std::string key_fingerprint;  // of the asking machine's join key: hex SHA-256
  std::string address;          // as it told it
  std::int64_t at_ms = 0;       // when it was first heard of
};

struct NameApproval {
  std::string key_fingerprint;  // the only key that may take the name
  std::string by;               // the operator
  std::int64_t at_ms = 0;
  std::int64_t until_ms = 0;
};

}  // namespace muster::admission
