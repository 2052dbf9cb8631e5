// What a root has revoked, beside it: NAME.crl, PEM, one list of each root in force, two while one is rotated.
#pragma once

#include <filesystem>
#include <optional>
#include <vector>

#include "orchestrator/authority/files.hpp"
#include "proto/base/result.hpp"
#include "proto/security/role.hpp"
#include "proto/x509/revocation_list.hpp"

namespace muster::authority {

std::filesystem::path list_file(const std::filesystem::path& folder, security::Root root);
// None when there is no file. Errc::invalid_data for one that holds something else.
Result<std::vector<x509::RevocationList>> read_lists(const std::filesystem::path& file);
std::optional<x509::RevocationList> list_of(const std::vector<x509::RevocationList>& lists,
                                            const x509::Certificate& root);
// The file then holds `list`, and of what it held the lists of the other roots of `in_force`. The folder is locked.
Status write_list(const std::filesystem::path& file, const x509::RevocationList& list,
                  const std::vector<x509::Certificate>& in_force);

// A root's first, of nobody. A broker refuses everybody of a root without a list, so each has one from the start. Its
// date is a day back: a broker's clock may be slow.
Result<x509::RevocationList> empty_list(const KeyAndCertificate& root);

}  // namespace muster::authority
