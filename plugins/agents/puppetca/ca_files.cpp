#include "plugins/agents/puppetca/ca_files.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstring>
#include <system_error>

#include "plugins/agents/puppetca/owed.hpp"
#include "proto/base/clock.hpp"
#include "proto/base/files.hpp"

namespace muster::plugins::puppetca {

Result<x509::Certificate> CaFiles::ca() const {
  return x509::Certificate::from_file(cadir_ / "ca_crt.pem");
}

Result<x509::Revocations> CaFiles::revocations() const {
  const auto file = cadir_ / "ca_crl.pem";
  MUSTER_ASSIGN(const auto issuer, ca());
  MUSTER_ASSIGN(const auto pem, base::read_file(file, x509::kRevocationsMaxBytes));
  auto list = x509::Revocations::from_pem(pem, issuer);
  if (!list) return fail(list.error().within(file.string()));
  return list;
}

Result<Inventory> CaFiles::inventory() const {
  MUSTER_ASSIGN(const auto text, base::read_file(cadir_ / "inventory.txt", kInventoryMaxBytes));
  return parse_inventory(text);
}

std::filesystem::path CaFiles::signed_file(const std::string& certname) const {
  return cadir_ / "signed" / (certname + ".pem");
}

Status CaFiles::remove_signed(const std::string& certname) const {
  std::error_code failed;
  std::filesystem::remove(signed_file(certname), failed);
  if (!failed) return {};
  return fail(Errc::io, fmt::format("cannot remove {}: {}", signed_file(certname).string(),
                                    failed.message()));
}

Result<std::optional<std::string>> CaFiles::current_serial(const std::string& certname) const {
  auto certificate = x509::Certificate::from_file(signed_file(certname));
  if (!certificate && certificate.error().code == Errc::not_found) return std::nullopt;
  if (!certificate) return fail(certificate.error());
  return certificate->serial_hex();
}

Result<std::optional<CurrentCertificate>> CaFiles::current(const std::string& certname) const {
  const auto file = signed_file(certname);
  const auto certificate = x509::Certificate::from_file(file);
  if (!certificate && certificate.error().code == Errc::not_found) return std::nullopt;
  if (!certificate) return fail(certificate.error());
  struct stat its {};
  if (::stat(file.c_str(), &its) != 0)
    return fail(Errc::io,
                fmt::format("cannot look at {}: {}", file.string(), std::strerror(errno)));
  const auto written_ms = static_cast<std::int64_t>(its.st_mtim.tv_sec) * base::kMsPerSecond +
                          its.st_mtim.tv_nsec / 1'000'000;
  return CurrentCertificate{certificate->serial_hex(), certificate->fingerprint(),
                            issued_at_ms(certificate->not_before_ms(), written_ms)};
}

}  // namespace muster::plugins::puppetca
