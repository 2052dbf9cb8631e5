#include "orchestrator/authority/index.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <tuple>

#include "orchestrator/authority/line_file.hpp"
#include "orchestrator/authority/members.hpp"
#include "proto/base/clock.hpp"
#include "proto/base/files.hpp"
#include "proto/base/json_document.hpp"
#include "proto/base/names.hpp"
#include "proto/base/nearest.hpp"
#include "proto/base/value.hpp"
#include "proto/security/role.hpp"

namespace muster::authority {
namespace {

constexpr base::JsonLimits kIndexLineLimits{64 * 1024, 3};

struct Lines {
  std::vector<Issued> issued;
  std::set<std::string> revoked;  // fingerprints
};

Status read_index_line(std::string_view text, const std::string& name, Lines& lines) {
  MUSTER_ASSIGN(const auto line, base::read_json(text, name, kIndexLineLimits));
  try {
    if (line.contains("revoked")) {
      lines.revoked.insert(line.at("revoked").get<std::string>());
      return {};
    }
    MUSTER_ASSIGN(auto certificate,
                  x509::Certificate::from_pem(line.at("certificate").get<std::string>(), name));
    lines.issued.push_back({line.at("name"), line.at("role"), std::move(certificate),
                            line.at("hosts"), line.at("file").get<std::string>(),
                            line.at("at_ms")});
    return {};
  } catch (const Value::exception& wrong) {
    return fail(Errc::invalid_data, fmt::format("{}: {}", name, wrong.what()));
  }
}

Result<Lines> read_lines(const std::filesystem::path& file, std::vector<std::string>& problems) {
  Lines lines;
  const auto text = base::read_file(file, kIndexMaxBytes);
  if (!text && text.error().code == Errc::not_found) return lines;
  if (!text) return fail(text.error());
  std::size_t number = 0;
  for (std::size_t at = 0; at < text->size();) {
    const auto end = std::min(text->find('\n', at), text->size());
    const auto line = std::string_view(*text).substr(at, end - at);
    const auto read = read_index_line(line, fmt::format("{}:{}", file.string(), ++number), lines);
    if (!read) problems.push_back(read.error().message);
    at = end + 1;
  }
  return lines;
}

// When a certificate was made, after its begin, which knows seconds alone: at the end of that second.
constexpr auto kMadeAfterMs = std::chrono::milliseconds(kBackdated).count() + 999;

// What the index does not have: it was lost, somebody put a certificate here, or who made it was killed before it was
// noted, and it is the newest of all.
void add_files(const std::filesystem::path& folder, std::vector<Issued>& issued) {
  std::set<std::string> known;
  for (const auto& one : issued) known.insert(one.certificate.fingerprint());
  std::error_code unreadable;
  for (const auto& entry : std::filesystem::directory_iterator(folder, unreadable)) {
    if (entry.path().extension() != ".pem") continue;
    const auto certificate = x509::Certificate::from_file(entry.path());
    if (!certificate || certificate->is_ca() || known.contains(certificate->fingerprint()))
      continue;
    const auto role = security::role_from(certificate->organizational_unit());
    if (role == security::Role::none) continue;
    auto file = entry.path();
    issued.push_back({certificate->common_name(),
                      std::string(security::name_of(role)),
                      *certificate,
                      {},
                      file.replace_extension(),
                      certificate->not_before_ms() + kMadeAfterMs});
  }
}

CertificateState state_of(const Issued& issued, bool newest, const std::set<std::string>& revoked,
                          std::int64_t now_ms) {
  if (revoked.contains(issued.certificate.fingerprint())) return CertificateState::revoked;
  if (issued.certificate.not_after_ms() <= now_ms) return CertificateState::expired;
  return newest ? CertificateState::current : CertificateState::replaced;
}

}  // namespace

std::string_view name_of(CertificateState state) {
  switch (state) {
    case CertificateState::current:
      return "current";
    case CertificateState::replaced:
      return "replaced";
    case CertificateState::revoked:
      return "revoked";
    case CertificateState::expired:
      break;
  }
  return "expired";
}

Status note_certificate(const std::filesystem::path& folder, const Issued& issued) {
  const Value line{{"name", issued.name},
                   {"role", issued.role},
                   {"certificate", issued.certificate.pem()},
                   {"hosts", issued.hosts},
                   {"file", issued.file.string()},
                   {"at_ms", issued.at_ms}};
  return append_line(folder / kIndexFile, line.dump(), kIndexMaxBytes);
}

Status note_revoked(const std::filesystem::path& folder, std::string_view fingerprint,
                    std::int64_t at_ms) {
  const Value line{{"revoked", fingerprint}, {"at_ms", at_ms}};
  return append_line(folder / kIndexFile, line.dump(), kIndexMaxBytes);
}

Result<Index> read_index(const std::filesystem::path& folder, std::int64_t now_ms) {
  Index index;
  MUSTER_ASSIGN(auto lines, read_lines(folder / kIndexFile, index.problems));
  add_files(folder, lines.issued);
  std::stable_sort(lines.issued.begin(), lines.issued.end(), [](const auto& a, const auto& b) {
    return std::tie(a.role, a.name, a.at_ms) < std::tie(b.role, b.name, b.at_ms);
  });
  for (std::size_t i = 0; i < lines.issued.size(); ++i) {
    auto& issued = lines.issued[i];
    const bool newest = i + 1 == lines.issued.size() || lines.issued[i + 1].name != issued.name ||
                        lines.issued[i + 1].role != issued.role;
    const auto state = state_of(issued, newest, lines.revoked, now_ms);
    index.certificates.push_back({std::move(issued), state});
  }
  return index;
}

Result<Issued> find_current(const std::filesystem::path& folder, std::string_view role,
                            const std::string& name, std::int64_t now_ms) {
  MUSTER_ASSIGN(const auto index, read_index(folder, now_ms));
  std::vector<std::string> names;
  const Listed* found = nullptr;
  for (const auto& listed : index.certificates) {
    if (listed.issued.role != role) continue;
    names.push_back(listed.issued.name);
    if (listed.issued.name == name) found = &listed;
  }
  if (found != nullptr && found->state == CertificateState::revoked)
    return fail(Errc::refused,
                fmt::format("the certificate of {} {} was revoked", role, base::quoted(name)));
  if (found != nullptr) return found->issued;
  return fail(Errc::not_found, fmt::format("{} issued no certificate to {} {}{}", folder.string(),
                                           role, base::quoted(name), base::hint_for(name, names)));
}

}  // namespace muster::authority
