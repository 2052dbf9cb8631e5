#include "orchestrator/authority/find_certificate.hpp"

#include <fmt/format.h>

#include "orchestrator/authority/index.hpp"
#include "proto/base/names.hpp"
#include "proto/base/text.hpp"

namespace muster::authority {
namespace {

constexpr std::size_t kSerialDigitsMax = 40;  // RFC 5280: 20 octets
constexpr std::size_t kFingerprintDigits = 64;

bool is_hex(const std::string& text) {
  return !text.empty() && text.find_first_not_of("0123456789abcdef") == std::string::npos;
}

bool is_called(const x509::Certificate& certificate, const std::string& hex) {
  return certificate.fingerprint() == hex || certificate.serial_hex() == hex;
}

std::optional<x509::Certificate> in_folder(const std::filesystem::path& folder,
                                           const std::string& hex) {
  std::error_code unreadable;
  for (std::filesystem::directory_iterator at(folder, unreadable), end; !unreadable && at != end;
       at.increment(unreadable)) {
    if (at->path().extension() != ".pem") continue;
    auto certificate = x509::Certificate::from_file(at->path());
    if (certificate && is_called(*certificate, hex)) return *std::move(certificate);
  }
  return std::nullopt;
}

// Replaced ones too, which lie in no file any more.
Result<std::optional<x509::Certificate>> in_index(const std::filesystem::path& folder,
                                                  const std::string& hex) {
  MUSTER_ASSIGN(const auto index, read_index(folder, 0));
  for (const auto& [issued, state] : index.certificates)
    if (is_called(issued.certificate, hex)) return std::optional(issued.certificate);
  return std::nullopt;
}

}  // namespace

Result<Whom> find_certificate(const std::filesystem::path& folder, const std::string& word) {
  std::error_code none;
  const bool a_name = base::check_caller(word).has_value();
  const auto named = folder / (word + ".pem");
  for (const auto& file : {named, std::filesystem::path(word)}) {
    if ((file == named && !a_name) || !std::filesystem::is_regular_file(file, none)) continue;
    MUSTER_ASSIGN(auto certificate, x509::Certificate::from_file(file));
    return Whom{certificate.serial_hex(), std::move(certificate)};
  }
  auto hex = base::lower(word);  // OpenSSL prints serial numbers in capitals
  if (is_hex(hex)) {
    auto found = in_folder(folder, hex);
    if (!found) {
      MUSTER_ASSIGN(found, in_index(folder, hex));
    }
    if (found) return Whom{found->serial_hex(), std::move(found)};
    if (hex.size() <= kSerialDigitsMax && hex.size() % 2 == 0 && hex.size() != kFingerprintDigits)
      return Whom{std::move(hex), std::nullopt};
  }
  return fail(
      Errc::config,
      fmt::format("there is no {}; give the certificate's file, its fingerprint if it is in {}, "
                  "or its serial number in hex, which logs and 'openssl x509 -serial' tell",
                  named.string(), folder.string()));
}

}  // namespace muster::authority
