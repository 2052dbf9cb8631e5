#include "tests/swarm/ca/folder_ca.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <system_error>

#include "proto/base/files.hpp"

namespace muster::swarm {
namespace {

// 0: there is no such file.
std::int64_t written_at_ms(const std::filesystem::path& file) {
  constexpr std::int64_t kMsOfASecond = 1'000;
  constexpr std::int64_t kNsOfAMs = 1'000'000;
  struct stat status {};
  if (::stat(file.c_str(), &status) != 0) return 0;
  return status.st_mtim.tv_sec * kMsOfASecond + status.st_mtim.tv_nsec / kNsOfAMs;
}

}  // namespace

FolderCa::FolderCa(const std::filesystem::path& folder)
    : folder_(folder), ca_(test::TestCa::from_folder(folder)) {}

std::filesystem::path FolderCa::request_file(const std::string& name) const {
  return folder_ / "requests" / (name + ".pem");
}

std::filesystem::path FolderCa::signed_file(const std::string& name) const {
  return folder_ / "signed" / (name + ".pem");
}

std::optional<x509::SigningRequest> FolderCa::request(const std::string& name) const {
  const auto pem = base::read_file(request_file(name));
  if (!pem) return std::nullopt;
  auto read = x509::read_request(*pem, name);
  return read ? std::optional(*std::move(read)) : std::nullopt;
}

Status FolderCa::put_request(const std::string& name, x509::SigningRequest request) {
  if (const auto known = this->request(name)) {
    if (known->fingerprint == request.fingerprint) return {};
    return fail(Errc::aborted,
                fmt::format("the CA holds another key under the name {}; clean it", name));
  }
  if (certificate(name))
    return fail(Errc::aborted, fmt::format("{} has a signed certificate; clean it", name));
  return base::write_file(request_file(name), request.pem);
}

Result<bool> FolderCa::sign(const std::string& name, const std::string& fingerprint) {
  const auto known = request(name);
  if (!known || known->fingerprint != fingerprint)
    return fail(Errc::aborted,
                fmt::format("the CA has no request of {} with the SHA-256 {}", name, fingerprint));
  if (certificate(name)) return false;
  MUSTER_ASSIGN(const auto made, sign_request(ca_, *known, name));
  MUSTER_TRY(base::write_file(signed_file(name), made.pem()));
  return true;
}

std::optional<x509::Certificate> FolderCa::certificate(const std::string& name) const {
  auto read = x509::Certificate::from_file(signed_file(name));
  return read ? std::optional(*std::move(read)) : std::nullopt;
}

std::int64_t FolderCa::signed_at_ms(const std::string& name) const {
  const auto at = written_at_ms(signed_file(name));
  return at != 0 ? at : written_at_ms(request_file(name));
}

FolderCa::Cleaned FolderCa::clean(const std::string& name) {
  std::error_code none;
  const bool asked = std::filesystem::remove(request_file(name), none);
  const auto its = certificate(name);
  if (!its) return {asked ? "requested" : "absent", {}};
  const auto revoked = folder_ / "revoked";
  std::filesystem::create_directories(revoked, none);
  std::filesystem::rename(signed_file(name), revoked / (its->serial_hex() + ".pem"), none);
  return {"signed", {its->serial_hex()}};
}

std::string FolderCa::signed_fingerprint(const std::string& name) const {
  const auto its = certificate(name);
  return its ? its->fingerprint() : "";
}

}  // namespace muster::swarm
