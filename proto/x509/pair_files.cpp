#include "proto/x509/pair_files.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

#include "proto/base/files.hpp"
#include "proto/x509/certificate.hpp"
#include "proto/x509/key.hpp"

namespace muster::x509 {
namespace {

constexpr mode_t kKeyMode = 0600;
constexpr mode_t kCertificateMode = 0644;

std::filesystem::path next_of(const std::filesystem::path& certificate) {
  auto next = certificate;
  next += kNextSuffix;
  return next;
}

// A reader may have been faster.
Status put_in_place(const std::filesystem::path& certificate) {
  const auto next = next_of(certificate);
  if (::rename(next.c_str(), certificate.c_str()) == 0 || errno == ENOENT) return {};
  return fail(Errc::io,
              fmt::format("{} belongs to the key, and cannot be put in the place of {}: {}. "
                          "Rename it, as who may",
                          next.string(), certificate.string(), std::strerror(errno)));
}

}  // namespace

Status write_pair(const PairFiles& files, std::string_view key_pem,
                  std::string_view certificate_pem) {
  MUSTER_TRY(base::write_file(next_of(files.certificate), certificate_pem, kCertificateMode));
  MUSTER_TRY(base::write_file(files.key, key_pem, kKeyMode));
  return put_in_place(files.certificate);
}

Status finish_pair(const PairFiles& files, base::Guard guard) {
  const auto pem = base::read_file(next_of(files.certificate));
  if (!pem) return {};
  const auto chain = Certificate::all_from_pem(*pem, next_of(files.certificate).string());
  const auto key = Key::private_from_file(files.key, guard);
  if (!chain || !key || !chain->front().matches(*key)) return {};
  return put_in_place(files.certificate);
}

}  // namespace muster::x509
