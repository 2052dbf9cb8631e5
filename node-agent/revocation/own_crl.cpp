#include "node-agent/revocation/own_crl.hpp"

#include <fmt/format.h>

#include "proto/base/files.hpp"
#include "proto/base/names.hpp"

namespace muster::agent {
namespace {

constexpr std::size_t kCrlPemMaxBytes = 2 * x509::kCaCrlMaxBytes;  // base64, and lists of others

Result<x509::Certificate> issuer_in(const std::filesystem::path& file,
                                    const x509::Certificate& own) {
  MUSTER_ASSIGN(const auto pem, base::read_file(file));
  MUSTER_ASSIGN(const auto bundle, x509::Certificate::all_from_pem(pem, file.string()));
  for (const auto& ca : bundle)
    if (own.issued_by(ca)) return ca;
  return fail(Errc::config, fmt::format("the certificate of {} was not issued by any CA in {}",
                                        base::quoted(own.common_name()), file.string()));
}

}  // namespace

Result<OwnCrl> read_own_crl(const std::filesystem::path& cadir, const x509::Certificate& own) {
  MUSTER_ASSIGN(auto ca, issuer_in(cadir / kOwnCaFile, own));
  const auto file = cadir / kOwnCrlFile;
  MUSTER_ASSIGN(const auto pem, base::read_file(file, kCrlPemMaxBytes));
  auto crl = x509::CaCrl::from_pem(pem, ca);
  if (!crl) return fail(crl.error().within(file.string()));
  return OwnCrl{std::move(ca), *std::move(crl)};
}

}  // namespace muster::agent
