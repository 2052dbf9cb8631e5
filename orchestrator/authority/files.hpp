// Writing an authority's folder: all of it or nothing, and never over anything; a key and its certificate so that a
// kill leaves a pair (proto/x509/pair_files.hpp). Internal.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "proto/base/result.hpp"
#include "proto/base/unique_fd.hpp"
#include "proto/x509/certificate.hpp"

namespace muster::authority {

struct NewFile {
  std::filesystem::path path;
  std::string content;
  bool secret = false;  // 0600 instead of 0644
};

struct KeyAndCertificate {
  x509::Key key;
  x509::Certificate certificate;
};

// NAME.key and NAME.pem, in this order: what is written in this order is a pair.
Result<std::vector<NewFile>> files_of(const KeyAndCertificate& holder,
                                      const std::filesystem::path& folder, const std::string& name);

// One writer at a time in `folder`, which is made if needed; until the result goes. Waits for another
// one for some seconds. Pairs that a killed one left there are finished.
Result<base::UniqueFd> lock_folder(const std::filesystem::path& folder);

// Errc::config when one of them exists; of a pair that a killed command left, the certificate is put in its place first.
// Should writing fail, those already written are removed.
Status write_new(const std::vector<NewFile>& files);

// Each as a whole, over what is there, which is kept beside it as NAME.replaced: one generation of it.
inline constexpr const char* kReplacedSuffix = ".replaced";
Status write_over(const std::vector<NewFile>& files);

// root.key and, of root.pem, the certificate that is this key's.
Result<KeyAndCertificate> load_root(const std::filesystem::path& folder);
// The same of orchestrator-root.key and orchestrator-root.pem.
Result<KeyAndCertificate> load_orchestrator_root(const std::filesystem::path& folder);

}  // namespace muster::authority
