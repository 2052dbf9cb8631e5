// Who a node is in the join zone: a random client id and a P-256 key, made once and kept.
#pragma once

#include <filesystem>
#include <string>

#include "proto/base/result.hpp"
#include "proto/x509/key.hpp"

namespace muster::agent {

struct JoinIdentity {
  std::string client_id;  // 32 hex digits: nobody can guess it, so nobody can take the node's place
  x509::Key key;
};

// Reads state_folder/join.{id,key}, or makes them (0600).
Result<JoinIdentity> load_join_identity(const std::filesystem::path& state_folder);

}  // namespace muster::agent
