// The operator root, the orchestrator root and what they issue: `muster init`, `muster operator
// create`. Everything lives in one folder; who can read root.key or orchestrator-root.key in it
// commands the fleet. Issuers and the tokens that they sign are in issuers.hpp and tokens.hpp.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "orchestrator/settings/settings.hpp"
#include "proto/base/clock.hpp"
#include "proto/base/result.hpp"
#include "proto/base/value.hpp"
#include "proto/security/trust_store.hpp"
#include "proto/x509/certificate.hpp"

namespace muster::authority {

// Listeners of a broker, unless told otherwise.
inline constexpr std::uint16_t kNodesPort = 8883;
inline constexpr std::uint16_t kJoinPort = 8884;
inline constexpr std::uint16_t kOperatorsPort = 8885;
inline constexpr std::uint16_t kOrchestratorsPort = 8886;
inline constexpr std::uint16_t kWatchersPort = 8887;

inline constexpr std::chrono::hours kRootValidFor{24 * 365 * 10};
inline constexpr std::chrono::hours kMemberValidFor{24 * 365 * 2};
inline constexpr std::size_t kMemberNameMaxBytes = 64;  // X.520's bound of a common name

// Names of the files in the folder.
inline constexpr const char* kRootKeyFile = "root.key";
inline constexpr const char* kRootFile = "root.pem";
inline constexpr const char* kOrchestratorRootKeyFile = "orchestrator-root.key";
inline constexpr const char* kOrchestratorRootFile = "orchestrator-root.pem";

inline constexpr const char* kJoinPasswordFile = "join.password";
inline constexpr const char* kConfigFile = "muster.yaml";
inline constexpr const char* kOrchestratorConfigFile = "orchestrator.yaml";
inline constexpr const char* kWatcherConfigFile = "watcher.yaml";
inline constexpr const char* kGroupsFile = "policies/groups";  // for orchestrators

struct InitSpec {
  std::filesystem::path folder;
  std::string operator_name = "operator";  // the first operator's caller name
  std::string orchestrator_name = "orchestrator";
  std::string broker_name = "broker";
  std::vector<std::string>
      broker_hosts;  // DNS names or IP addresses, at least one: how clients reach brokers
  std::string collective = "main";
  std::uint16_t nodes_port = kNodesPort;
  std::uint16_t join_port = kJoinPort;
  std::uint16_t operators_port = kOperatorsPort;
  std::uint16_t orchestrators_port = kOrchestratorsPort;
  std::uint16_t watchers_port = kWatchersPort;
};

struct Made {
  std::vector<std::filesystem::path> files;
  x509::Certificate root;
  x509::Certificate orchestrator_root;
};

// Makes both roots, the first operator, orchestrator, broker, the brokers' watcher and the first
// issuer of join tokens (.key 0600, .pem), the join password (0600), muster.yaml for operators,
// orchestrator.yaml for the daemon and watcher.yaml for `muster broker watch`, and policies/groups,
// in which the first operator is an admin. Errc::config, and nothing written
// or left behind, when one of the files is there already or the spec is wrong.
Result<Made> init(const InitSpec& spec);

struct Member {
  x509::Certificate certificate;
  std::filesystem::path certificate_file;
  std::filesystem::path key_file;
};
struct MemberSpec {
  std::string name;
  security::Role role = security::Role::operator_;   // operator, orchestrator or broker
  std::vector<std::string> groups = {};              // of policies/groups in the folder; may be new
  std::vector<std::string> hosts = {};               // a broker's, at least one; nobody else's
  std::chrono::seconds valid_for = kMemberValidFor;  // never beyond the root's end
  bool replace = false;            // a certificate of that name may be there; it stays good
  std::filesystem::path out = {};  // where the files go; empty: the folder
};
// A further operator, orchestrator or broker: NAME.key (0600) and NAME.pem, signed by that role's root
// in `folder` and noted in its index. Errc::config when this root's key is not there, the role cannot
// be given, or a certificate of that name is current and `replace` is not set.
Result<Member> issue_member(const std::filesystem::path& folder, const MemberSpec& spec);

struct RenewSpec {
  std::string name;
  security::Role role = security::Role::operator_;     // of operator, orchestrator, issuer, broker
  std::optional<std::chrono::seconds> valid_for = {};  // else as long as the last one
  bool new_key = false;                 // else the last certificate's key, which need not be here
  std::vector<std::string> hosts = {};  // a broker's; empty: as before
  std::filesystem::path out = {};       // where the files go; empty: where the last ones went
};
// Another certificate of the same name, role, limits and, unless told otherwise, key: valid from now
// on, beside the last one, which stays good until it ends. What it replaces is kept as
// NAME.pem.replaced. `key_file` is empty when the key is the old one.
Result<Member> renew_member(const std::filesystem::path& folder, const RenewSpec& spec);

}  // namespace muster::authority
