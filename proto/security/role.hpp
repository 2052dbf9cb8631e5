// What somebody may be, and which root can say so.
#pragma once

#include <optional>
#include <string_view>

namespace muster::security {

// What a certificate of one of the commanding roots may do: its organizationalUnit.
enum class Role { none, operator_, orchestrator, broker, issuer };
std::string_view name_of(Role role);  // "operator", "orchestrator", "broker", "issuer", "none"
Role role_from(std::string_view organizational_unit);

// The common name of every broker's watcher. On the bus an orchestrator of that name would be taken
// for one, so none is made.
inline constexpr const char* kWatcherName = "broker-watcher";

// Whose anchor a CA certificate is.
enum class Root {
  puppet,         // names nodes; a role that one of its certificates claims is nothing
  operators,      // gives the role operator
  orchestrators,  // gives the roles orchestrator and broker (a broker's watcher)
};
std::string_view name_of(Root root);  // "a Puppet CA", "the operator root", "the orchestrator root"

// "operators", "orchestrators", "puppet": as topics, files and commands say it.
std::string_view word_of(Root root);
// The two roots that command; nothing for any other word.
std::optional<Root> root_from(std::string_view word);

// Whether a certificate under `root` may have that role. Puppet CAs give none but Role::none.
bool may_give(Root root, Role role);

}  // namespace muster::security
