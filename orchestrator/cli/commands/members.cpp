#include "orchestrator/cli/commands/members.hpp"

#include <fmt/format.h>

#include "orchestrator/authority/authority.hpp"
#include "orchestrator/cli/output.hpp"
#include "orchestrator/cli/session.hpp"
#include "orchestrator/cli/times.hpp"
#include "proto/base/clock.hpp"

namespace muster::cli {

Result<std::filesystem::path> authority_folder(const CommonOptions& common,
                                               const std::filesystem::path& given) {
  if (!given.empty()) return given;
  MUSTER_ASSIGN(const auto settings, read_settings(common));
  return settings.folder();
}

Result<std::optional<std::chrono::seconds>> read_ttl(const std::string& ttl) {
  if (ttl.empty()) return std::nullopt;
  MUSTER_ASSIGN(const auto life, parse_duration(ttl));
  return life;
}

Value certificate_json(const authority::Listed& listed, const std::vector<std::string>& groups) {
  const auto& [issued, state] = listed;
  const auto& certificate = issued.certificate;
  return {{"name", issued.name},
          {"role", issued.role},
          {"groups", groups},
          {"serial", certificate.serial_hex()},
          {"fingerprint", certificate.fingerprint()},
          {"from", base::iso8601(certificate.not_before_ms())},
          {"until", base::iso8601(certificate.not_after_ms())},
          {"root", certificate.issuer_common_name()},
          {"hosts", issued.hosts},
          {"file", issued.file.string()},
          {"state", authority::name_of(state)}};
}

void show_made(const CommonOptions& common, const std::string& name, security::Role role,
               const authority::Member& made) {
  if (!common.json) {
    print(made.certificate_file.string() + "\n");
    if (!made.key_file.empty()) print(made.key_file.string() + "\n");
    return;
  }
  print_json({{"name", name},
              {"role", security::name_of(role)},
              {"certificate", made.certificate_file.string()},
              {"key", made.key_file.empty() ? Value() : Value(made.key_file.string())},
              {"serial", made.certificate.serial_hex()},
              {"fingerprint", made.certificate.fingerprint()},
              {"expires_at", base::iso8601(made.certificate.not_after_ms())}});
}

}  // namespace muster::cli
