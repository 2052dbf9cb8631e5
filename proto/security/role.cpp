#include "proto/security/role.hpp"

namespace muster::security {

std::string_view name_of(Role role) {
  switch (role) {
    case Role::operator_:
      return "operator";
    case Role::orchestrator:
      return "orchestrator";
    case Role::broker:
      return "broker";
    case Role::issuer:
      return "issuer";
    case Role::none:
      break;
  }
  return "none";
}

Role role_from(std::string_view organizational_unit) {
  for (const auto role : {Role::operator_, Role::orchestrator, Role::broker, Role::issuer})
    if (organizational_unit == name_of(role)) return role;
  return Role::none;
}

std::string_view name_of(Root root) {
  switch (root) {
    case Root::operators:
      return "the operator root";
    case Root::orchestrators:
      return "the orchestrator root";
    case Root::puppet:
      break;
  }
  return "a Puppet CA";
}

std::string_view word_of(Root root) {
  switch (root) {
    case Root::operators:
      return "operators";
    case Root::orchestrators:
      return "orchestrators";
    case Root::puppet:
      break;
  }
  return "puppet";
}

std::optional<Root> root_from(std::string_view word) {
  for (const auto root : {Root::operators, Root::orchestrators})
    if (word == word_of(root)) return root;
  return std::nullopt;
}

bool may_give(Root root, Role role) {
  switch (root) {
    case Root::operators:
      return role == Role::operator_;
    case Root::orchestrators:
      return role == Role::orchestrator || role == Role::broker;
    case Root::puppet:
      break;
  }
  return role == Role::none;
}

}  // namespace muster::security
