// Named sets of callers: the file `groups`, lines "group cert=alice cert=bob". Three groups are
// built in and cannot be written: `operators` and `orchestrators`, whose members are told by the role
// in their certificate, and `lease`: the orchestrator that is provisioning this very node. A fourth,
// `admins`, may always be named; nobody is in it unless the file says who.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "proto/base/result.hpp"
#include "proto/security/trust_store.hpp"

namespace muster::policy {

// Who asks.
struct Caller {
  std::string_view id;  // "cert=alice"
  security::Role role = security::Role::none;
  bool lease = false;  // an orchestrator whose lease on this node is live
};

// "cert=NAME", as everyone is called who may command.
Status check_caller_id(std::string_view id);

// Immutable.
class Groups {
 public:
  Groups() = default;  // the built-in ones
  // Strict: a line that does not parse refuses the file. Errc::config, "FILE:LINE: …".
  static Result<Groups> parse(std::string_view text, std::string_view file);
  // Every line that does not parse, not only the first; a control character ends the search.
  static std::vector<std::string> problems(std::string_view text, std::string_view file);
  // In place of a file that was refused: the built-in ones; naming another is an error that tells
  // `why`.
  static Groups unreadable(std::string why);

  // Empty unless made by unreadable().
  const std::string& why_unreadable() const { return why_unreadable_; }
  std::size_t size() const { return groups_.size(); }  // without the built-in ones

  // Errc::config, with the nearest name, when there is no such group.
  Status check_name(std::string_view group) const;
  bool holds(std::string_view group, const Caller& caller) const;

 private:
  Status add(const std::vector<std::string>& words);
  std::vector<std::string> names() const;

  std::map<std::string, std::set<std::string, std::less<>>, std::less<>> groups_;
  std::string why_unreadable_;
};

}  // namespace muster::policy
