// The revocation lists that a node or an orchestrator has heard, on its disk: a restart refuses
// whoever stands in them before the first message is judged, also without a broker.
#pragma once

#include <filesystem>
#include <string>

#include "proto/base/result.hpp"
#include "proto/security/trust_store.hpp"
#include "proto/x509/revocation_list.hpp"

namespace muster::security {

inline constexpr std::size_t kListFileMaxBytes = 2 * x509::kRevocationListMaxBytes;  // in PEM

// ANCHOR.crl, PEM, 0644, for each anchor's fingerprint; written so that a crash leaves the old one
// or the new one. One thread at a time.
class RevocationFolder {
 public:
  explicit RevocationFolder(std::filesystem::path folder) : folder_(std::move(folder)) {}

  // Lets `store` take every *.crl, also one that a person has put there under another name. A file
  // that cannot be read, or that no root of `store` signed, is put aside
  // (base::put_aside): the bus has the list once more. A missing folder holds none. Errc::io when
  // the folder cannot be listed.
  Status load(TrustStore& store) const;
  // Errc::io when it cannot be written: the list still counts, until a restart.
  Status save(const std::string& anchor_fingerprint, const x509::RevocationList& list) const;

 private:
  Status load_file(const std::filesystem::path& file, TrustStore& store) const;

  const std::filesystem::path folder_;
};

}  // namespace muster::security
