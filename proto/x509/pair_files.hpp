// A private key and its certificate in two files, of which a kill leaves a pair that fits, or all that makes one: the
// certificate is written beside its place (NAME.pem.next), the key put in place, then the certificate. Whoever reads the
// pair finishes first what was begun.
#pragma once

#include <filesystem>
#include <string_view>

#include "proto/base/guard.hpp"
#include "proto/base/result.hpp"

namespace muster::x509 {

struct PairFiles {
  std::filesystem::path key;          // 0600
  std::filesystem::path certificate;  // 0644
};

inline constexpr const char* kNextSuffix = ".next";

// Over what is there. `certificate_pem` begins with the key's certificate.
Status write_pair(const PairFiles& files, std::string_view key_pem,
                  std::string_view certificate_pem);

// Puts the certificate in its place when a killed write_pair() left it beside, and it is the key's; else it does nothing, also
// when there is nothing to read: that is the reader's to say. Errc::io, with the files, when it may not.
Status finish_pair(const PairFiles& files, base::Guard guard = base::Guard::secret);

}  // namespace muster::x509
