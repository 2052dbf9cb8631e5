// What an authority issued: the index in its folder, one JSON object a line, only ever added to. It
// holds the certificates themselves and no secret. A damaged line costs that line alone, and a
// certificate that stands in the folder without being in the index is listed all the same.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "proto/base/result.hpp"
#include "proto/x509/certificate.hpp"

namespace muster::authority {

inline constexpr const char* kIndexFile = "certificates.index";  // 0600
inline constexpr std::size_t kIndexMaxBytes = 64 * 1024 * 1024;

// A certificate that was issued.
struct Issued {
  std::string name;  // common name
  std::string role;  // "operator", "orchestrator", "issuer", "broker"
  x509::Certificate certificate;
  std::vector<std::string> hosts = {};  // a broker's
  std::filesystem::path file = {};      // where it was written, without ".pem"
  std::int64_t at_ms = 0;
};
Status note_certificate(const std::filesystem::path& folder, const Issued& issued);
// From now on the certificate with that fingerprint is shown as revoked. That the fleet refuses it is
// somebody else's work.
Status note_revoked(const std::filesystem::path& folder, std::string_view fingerprint,
                    std::int64_t at_ms);

enum class CertificateState { current, replaced, revoked, expired };
std::string_view name_of(CertificateState state);

struct Listed {
  Issued issued;
  CertificateState state = CertificateState::current;  // replaced ones are good until they end
};
struct Index {
  std::vector<Listed> certificates;   // by role and name, the newest last
  std::vector<std::string> problems;  // "FILE:LINE: …", of lines that cannot be read
};
// An empty index when there is none. Errc::io or limit when it cannot be read at all.
Result<Index> read_index(const std::filesystem::path& folder, std::int64_t now_ms);

// The newest certificate of that role and name, also when it has ended. Errc::not_found, with the names
// that there are; Errc::refused when it was revoked.
Result<Issued> find_current(const std::filesystem::path& folder, std::string_view role,
                            const std::string& name, std::int64_t now_ms);

}  // namespace muster::authority
