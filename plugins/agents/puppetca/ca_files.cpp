#include "plugins/agents/puppetca/ca_files.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <system_error>

#include "plugins/agents/puppetca/owed.hpp"
#include "proto/base/clock.hpp"
#include "proto/base/encoding.hpp"
#include "proto/base/files.hpp"
#include "proto/base/unique_fd.hpp"

namespace muster::plugins::puppetca {
namespace {

// Errc::not_found when there is no such file.
Result<std::int64_t> written_at_ms(const std::filesystem::path& file) {
  struct stat its {};
  if (::stat(file.c_str(), &its) != 0)
    return fail(errno == ENOENT ? Errc::not_found : Errc::io,
                fmt::format("cannot look at {}: {}", file.string(), std::strerror(errno)));
  return static_cast<std::int64_t>(its.st_mtim.tv_sec) * base::kMsPerSecond +
         its.st_mtim.tv_nsec / 1'000'000;
}

Status remove_file(const std::filesystem::path& file) {
  std::error_code failed;
  std::filesystem::remove(file, failed);
  if (!failed) return {};
  return fail(Errc::io, fmt::format("cannot remove {}: {}", file.string(), failed.message()));
}

Status cannot_write(const std::filesystem::path& folder, int why) {
  return fail(Errc::io,
              fmt::format("its CA cannot write to {}: {}", folder.string(), std::strerror(why)));
}

// One block: as little as a CA needs to sign.
constexpr std::size_t kProbeBytes = 4'096;

// Root writes here in a folder of Puppet's user, who must not choose what is opened: a file that lies there is never written, waited
// for or removed. The random name lets several ask at once.
Status probe(const std::filesystem::path& folder) {
  const auto file = folder / (".muster-probe-" + base::random_id());
  constexpr int kNewFileOnly = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC;
  const base::UniqueFd written(::open(file.c_str(), kNewFileOnly, 0600));
  const std::string block(kProbeBytes, '\n');
  const auto size = written ? ::write(written.get(), block.data(), block.size()) : -1;
  const int why = size < 0 ? errno : ENOSPC;
  if (written) static_cast<void>(::unlink(file.c_str()));
  const bool done = size == static_cast<ssize_t>(block.size());
  if (done || why == EACCES || why == EPERM) return {};
  return cannot_write(folder, why);
}

}  // namespace

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

std::filesystem::path CaFiles::request_file(const std::string& certname) const {
  return cadir_ / "requests" / (certname + ".pem");
}

// Of a file system without a fixed number of blocks or files, neither says anything.
Status has_room(const std::filesystem::path& folder, const struct statvfs& its) {
  const bool no_blocks = its.f_blocks > 0 && its.f_bavail == 0;
  const bool no_files = its.f_files > 0 && its.f_favail == 0;
  return no_blocks || no_files ? cannot_write(folder, ENOSPC) : Status{};
}

Status CaFiles::can_be_written() const {
  struct statvfs its {};
  if (::statvfs(cadir_.c_str(), &its) == 0) MUSTER_TRY(has_room(cadir_, its));
  return probe(cadir_);
}

Status CaFiles::remove_signed(const std::string& certname) const {
  return remove_file(signed_file(certname));
}

Status CaFiles::remove_request(const std::string& certname) const {
  return remove_file(request_file(certname));
}

Result<std::optional<std::int64_t>> CaFiles::requested_at_ms(const std::string& certname) const {
  const auto written = written_at_ms(request_file(certname));
  if (!written && written.error().code == Errc::not_found) return std::nullopt;
  if (!written) return fail(written.error());
  return *written;
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
  MUSTER_ASSIGN(const auto written_ms, written_at_ms(file));
  return CurrentCertificate{certificate->serial_hex(), certificate->fingerprint(),
                            issued_at_ms(certificate->not_before_ms(), written_ms)};
}

}  // namespace muster::plugins::puppetca
