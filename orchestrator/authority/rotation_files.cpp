#include "orchestrator/authority/rotation_files.hpp"

#include <sstream>

#include "orchestrator/authority/line_file.hpp"
#include "proto/base/encoding.hpp"
#include "proto/base/files.hpp"

namespace muster::authority {
namespace {

constexpr std::size_t kStatementsMaxBytes = 1024 * 1024;
constexpr mode_t kRootKeyMode = 0600;

std::string prefix_of(security::Root root) {
  return root == security::Root::orchestrators ? "orchestrator-root" : "root";
}

}  // namespace

RotationFiles::RotationFiles(const std::filesystem::path& in, security::Root root)
    : folder(in),
      key(folder / (prefix_of(root) + ".key")),
      roots(folder / (prefix_of(root) + ".pem")),
      old_key(folder / (prefix_of(root) + "-old.key")),
      old_root(folder / (prefix_of(root) + "-old.pem")),
      next_key(folder / (prefix_of(root) + "-next.key")),
      next_root(folder / (prefix_of(root) + "-next.pem")),
      link(folder / (prefix_of(root) + "-link.pem")),
      statements(folder / (prefix_of(root) + ".statements")),
      retired_key(folder / (prefix_of(root) + "-retired.key")),
      retired_root(folder / (prefix_of(root) + "-retired.pem")) {}

Result<std::vector<std::string>> read_statements(const std::filesystem::path& file) {
  std::vector<std::string> statements;
  const auto text = base::read_file(file, kStatementsMaxBytes);
  if (!text && text.error().code == Errc::not_found) return statements;
  if (!text) return fail(text.error());
  std::istringstream lines(*text);
  for (std::string line; std::getline(lines, line);) {
    auto message = base::from_base64url(line);
    if (!message) return fail(message.error().within(file.string()));
    statements.push_back(*std::move(message));
  }
  return statements;
}

Status append_statement(const std::filesystem::path& file, const std::string& message) {
  return append_line(file, base::to_base64url(message), kStatementsMaxBytes);
}

Result<KeyAndCertificate> load_root_pair(const std::filesystem::path& key,
                                         const std::filesystem::path& certificate) {
  MUSTER_ASSIGN(auto its_key, x509::Key::private_from_file(key));
  MUSTER_ASSIGN(auto its_certificate, x509::Certificate::from_file(certificate));
  if (!its_certificate.matches(its_key))
    return fail(Errc::config,
                key.string() + " and " + certificate.string() + " do not belong together");
  return KeyAndCertificate{std::move(its_key), std::move(its_certificate)};
}

Status save_root_pair(const KeyAndCertificate& root, const std::filesystem::path& key,
                      const std::filesystem::path& certificate) {
  MUSTER_ASSIGN(const auto pem, root.key.private_pem());
  MUSTER_TRY(base::write_file(certificate, root.certificate.pem()));
  return base::write_file(key, pem, kRootKeyMode);
}

}  // namespace muster::authority
