// The files of a rotation. Internal.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "orchestrator/authority/files.hpp"
#include "proto/security/role.hpp"

namespace muster::authority {

// Beside the folder's other files; NAME is "root" or "orchestrator-root".
struct RotationFiles {
  RotationFiles(const std::filesystem::path& in, security::Root root);

  std::filesystem::path folder;
  std::filesystem::path key;      // NAME.key: of the root that issues
  std::filesystem::path roots;    // NAME.pem: all that are in force, the one that issues first
  std::filesystem::path old_key;  // NAME-old.key: of the root that goes; there while one is rotated
  std::filesystem::path old_root;     // NAME-old.pem
  std::filesystem::path next_key;     // NAME-next.key: of a rotation that has not begun yet
  std::filesystem::path next_root;    // NAME-next.pem
  std::filesystem::path link;         // NAME-link.pem: the new key under the old root
  std::filesystem::path statements;   // NAME.statements: in base64url, one a line
  std::filesystem::path retired_key;  // NAME-retired.key
  std::filesystem::path retired_root;
};

Result<std::vector<std::string>> read_statements(const std::filesystem::path& file);
Status append_statement(const std::filesystem::path& file, const std::string& message);

// A key and its certificate in two files. Errc::not_found when there is no key.
Result<KeyAndCertificate> load_root_pair(const std::filesystem::path& key,
                                         const std::filesystem::path& certificate);
// The key last: where it stands, both do.
Status save_root_pair(const KeyAndCertificate& root, const std::filesystem::path& key,
                      const std::filesystem::path& certificate);

}  // namespace muster::authority
