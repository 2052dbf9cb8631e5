// Which approvals of a request count, for whoever carries it out: a node or an orchestrator.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "proto/approval/statement.hpp"
#include "proto/approval/used.hpp"
#include "proto/base/clock.hpp"
#include "proto/base/result.hpp"
#include "proto/base/value.hpp"
#include "proto/messages/request.hpp"
#include "proto/security/trust.hpp"

namespace muster::v1 {
class Request;
}

namespace muster::approval {

inline constexpr std::size_t kAttachedMax =
    10;  // approvals of one request, as a policy can ask for

struct Checked {
  std::optional<Statement> statement;  // only when somebody's approval counts
  std::vector<std::string> by;         // "cert=NAME", each once; groups are the policy's to judge
  std::string why_not;                 // of those that do not count; empty: all do
};

// Thread-safe; store and clock must outlive it.
class Checker {
 public:
  // `commanding` holds the operator root; `used`: the file of UsedApprovals.
  Checker(const security::Trust& commanding, const base::Clock& clock, std::filesystem::path used);

  // `arguments`: those of the request as its action would get them. Costs nothing for a request
  // without approvals, else one verification for each that is attached.
  Checked check(const messages::Request& request, const Value& arguments) const;
  // To be asked right before the request is carried out: see UsedApprovals::use().
  Status use(const Statement& statement) { return used_.use(statement); }

 private:
  Result<Statement> statement_for(const messages::Request& request, const Value& arguments) const;

  const security::Trust& commanding_;
  const base::Clock& clock_;
  UsedApprovals used_;
};

}  // namespace muster::approval
