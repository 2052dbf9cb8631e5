#include "proto/security/token_file.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "proto/base/endpoint.hpp"
#include "proto/base/json_document.hpp"
#include "proto/base/names.hpp"
#include "proto/security/claims.hpp"
#include "proto/security/jwk.hpp"

namespace muster::security {
namespace {

constexpr std::size_t kPasswordMaxBytes = 128;
constexpr std::size_t kJoinUserMaxBytes = 64;
constexpr std::size_t kRootMaxBytes = 8 * 1024;
constexpr std::size_t kKeyMaxBytes = 4 * 1024;
constexpr std::size_t kFileDepthMax = 4;
constexpr const char* kFormatMember = "muster_join_token";

Status check_brokers(const char* member, const std::vector<std::string>& brokers) {
  if (brokers.empty() || brokers.size() > kTokenBrokersMax)
    return fail(Errc::limit, fmt::format("'{}' has {} entries; 1 to {} are accepted", member,
                                         brokers.size(), kTokenBrokersMax));
  for (const auto& broker : brokers)
    if (auto endpoint = base::parse_endpoint(broker); !endpoint)
      return fail(endpoint.error().within(fmt::format("'{}'", member)));
  return {};
}

// More than one while a root is rotated.
Result<std::vector<x509::Certificate>> read_cas(const std::string& pem, std::string_view member) {
  const auto name = fmt::format("'{}'", member);
  MUSTER_ASSIGN(auto cas, x509::Certificate::all_from_pem(pem, name));
  for (const auto& ca : cas)
    if (!ca.is_ca()) return fail(Errc::invalid_data, name + " is not a CA");
  return cas;
}

// One root for both would make every operator an orchestrator.
Status check_orchestrator_root(const TokenFile& file) {
  MUSTER_ASSIGN(const auto orchestrators,
                read_cas(file.orchestrator_root_pem, "orchestrator_root"));
  MUSTER_ASSIGN(const auto operators, read_cas(file.operator_root_pem, "operator_root"));
  for (const auto& root : orchestrators)
    for (const auto& other : operators)
      if (root.public_key().same_public(other.public_key()))
        return fail(Errc::invalid_data, "'orchestrator_root' is the operator root");
  return {};
}

Status check_file(const TokenFile& file) {
  MUSTER_TRY(check_orchestrator_root(file));
  MUSTER_TRY(check_brokers("join_brokers", file.join_brokers));
  MUSTER_TRY(check_brokers("node_brokers", file.node_brokers));
  if (file.join_password.empty() || file.join_password.size() > kPasswordMaxBytes)
    return fail(Errc::invalid_data,
                fmt::format("'join_password' must have 1 to {} bytes", kPasswordMaxBytes));
  MUSTER_TRY(base::check_word("join_user", file.join_user));
  MUSTER_ASSIGN(const auto named, key_from_jwk(file.claims.key));
  if (!named.same_public(file.key))
    return fail(Errc::refused, "'key' is not the key that the token names in its claim 'cnf'");
  return {};
}

Result<TokenFile> read_members(const Value& document) {
  ClaimReader read(document);
  read.integer(kFormatMember, kTokenFileFormat, kTokenFileFormat);
  const auto token = read.text("token", kTokenMaxBytes);
  const auto key_pem = read.text("key", kKeyMaxBytes);
  auto join_brokers = read.texts("join_brokers", kTokenBrokersMax);
  auto node_brokers = read.texts("node_brokers", kTokenBrokersMax);
  auto user = read.text("join_user", kJoinUserMaxBytes);
  auto password = read.text("join_password", kPasswordMaxBytes);
  auto root_pem = read.text("operator_root", kRootMaxBytes);
  auto orchestrators_pem = read.text("orchestrator_root", kRootMaxBytes);
  MUSTER_TRY(read.finish());
  MUSTER_ASSIGN(const auto roots, read_cas(root_pem, "operator_root"));
  MUSTER_ASSIGN(const auto signer, token_signer(token));
  MUSTER_ASSIGN(auto verified, verify_token(token, roots, signer.not_before_ms()));
  MUSTER_ASSIGN(auto key, x509::Key::private_from_pem(key_pem, "'key'"));
  return TokenFile{token,
                   std::move(key),
                   std::move(join_brokers),
                   std::move(node_brokers),
                   std::move(user),
                   std::move(password),
                   std::move(root_pem),
                   std::move(orchestrators_pem),
                   std::move(verified.claims)};
}

}  // namespace

Result<std::string> token_file_text(const TokenFile& file) {
  MUSTER_TRY(check_file(file));
  MUSTER_ASSIGN(const auto key_pem, file.key.private_pem());
  const Value document = {{kFormatMember, kTokenFileFormat},
                          {"token", file.token},
                          {"key", key_pem},
                          {"join_brokers", file.join_brokers},
                          {"node_brokers", file.node_brokers},
                          {"join_user", file.join_user},
                          {"join_password", file.join_password},
                          {"operator_root", file.operator_root_pem},
                          {"orchestrator_root", file.orchestrator_root_pem}};
  return document.dump(2, ' ', false, Value::error_handler_t::replace) + "\n";
}

Result<TokenFile> read_token_file(std::string_view text, std::string_view name) {
  MUSTER_ASSIGN(const auto document,
                base::read_json(text, name, {kTokenFileMaxBytes, kFileDepthMax}));
  auto file = read_members(document);
  if (!file) return fail(file.error().within(name));
  if (auto good = check_file(*file); !good) return fail(good.error().within(name));
  return file;
}

}  // namespace muster::security
