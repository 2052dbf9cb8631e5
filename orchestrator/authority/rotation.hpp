// The rotation of a root: `muster root rotate`. From its beginning the new root issues, and both
// count; each certificate that the new one issues brings a link to the old one, so that who has not
// heard of the new root believes it too. At its end the old one is gone.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "orchestrator/authority/files.hpp"
#include "proto/base/clock.hpp"
#include "proto/base/result.hpp"
#include "proto/security/root_statement.hpp"
#include "proto/x509/certificate.hpp"

namespace muster::authority {

// What a folder knows of one of its roots.
struct RootFolder {
  std::vector<x509::Certificate> in_force;  // the one that issues first
  bool rotating = false;                    // two are in force
  std::vector<std::string> statements;      // messages that were signed, the oldest first
};
Result<RootFolder> read_root_folder(const std::filesystem::path& folder, security::Root root);
// With their keys, for what they issued and revoke: the one that issues first, and while it is rotated the one
// before it. Errc::config when the key is not there.
Result<std::vector<KeyAndCertificate>> roots_that_issued(const std::filesystem::path& folder,
                                                         security::Root root);

struct Rotation {
  x509::Certificate old_root;
  x509::Certificate new_root;
  std::string statement;  // the message for the bus
};
// Makes the new root and signs that it stands beside the old one. Under way already: what was signed
// then, so that it can be told again. Survives being interrupted anywhere: do it again. Errc::config
// when the root's key is not in the folder.
Result<Rotation> begin_rotation(const std::filesystem::path& folder, security::Root root,
                                const base::Clock& clock);
// Signs that the new root stands alone; nothing else changes. Errc::aborted when none is under way.
Result<Rotation> sign_finish(const std::filesystem::path& folder, security::Root root,
                             const base::Clock& clock);
// Once the fleet was told: the folder forgets the old root. Its key stays as ROOT-retired.key, for
// whoever wants to destroy it in his own way.
Status complete_rotation(const std::filesystem::path& folder, security::Root root);

// A CA certificate of the newest root's key under the root before it; nothing when there is none that
// is still good.
Result<std::optional<x509::Certificate>> link_to_old_root(const std::filesystem::path& folder,
                                                          security::Root root);

}  // namespace muster::authority
