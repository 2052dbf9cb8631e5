// MCollective's action policy for one agent or data plugin, read strictly, with conditions behind
// it:
//
//   policy default deny          anywhere in the file; deny is the default's default
//   allow<TAB>CALLERS<TAB>ACTIONS<TAB>FACTS[<TAB>CLASSES][<TAB>KEY: VALUE]...    or deny
//
// Fields are lists separated by spaces; '*' is any. CALLERS match exactly: cert=alice is not
// cert=alice2. FACTS and CLASSES must all match; either may be a compound expression
// (proto/filter/filter.hpp) instead, without data functions, for a deny that cannot be judged would
// vanish. KEY is args, time, require_filter, max_nodes or approve (proto/policy/conditions.hpp).
//
// The first line that matches decides. An allow whose requirements are not met has decided too: the
// answer is no, with what is missing. A guarded argument is allowed only by a line that names it in
// `args:`; for every other allow, and for `policy default allow`, a request with it does not match.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "proto/base/result.hpp"
#include "proto/base/value.hpp"
#include "proto/policy/callers.hpp"
#include "proto/policy/groups.hpp"
#include "proto/policy/requirements.hpp"

namespace muster::policy {

inline constexpr std::size_t kRulesMax = 1'000;  // lines of one policy

// Pointers are borrowed for the call.
struct Question {
  Caller caller;
  std::string_view action;
  const Value* facts = nullptr;
  const std::vector<std::string>* classes = nullptr;
  const Value* arguments = nullptr;  // a map, defaults filled in; null: none
  // Those of the arguments that the agent's description marks as guarded.
  std::vector<std::string> guarded = {};
  Scope scope = {};
  std::int64_t now_ms = 0;  // Unix time, by the node's clock
};

struct Decision {
  bool allowed = false;
  // "/etc/muster/policies/puppet.policy:3", or why there was nothing to decide by.
  std::string decided_by = {};
  std::string line = {};   // what stands there; empty when no line decided
  bool malformed = false;  // the policy was refused: it does not parse, or cannot be read
  // What a request must bring for its line to allow it: "it needs approval of 2 of admins, and has 0".
  std::string missing = {};
  std::string needs_approval = {};            // "2 of admins", when that is what is missing
  std::vector<std::string> approved_by = {};  // "cert=NAME": whose approvals the line counted
  std::int64_t max_nodes = 0;  // of the line, whether or not the caller confirmed; 0: no limit
};

// Immutable, thread-safe.
class Policy {
 public:
  ~Policy();
  Policy(Policy&&) noexcept;
  Policy& operator=(Policy&&) noexcept;

  // A line that does not parse refuses the whole text: Errc::config, "FILE:LINE: what is wrong".
  // `file` is for messages and decisions.
  static Result<Policy> parse(std::string_view text, std::string_view file,
                              std::shared_ptr<const Groups> groups = std::make_shared<Groups>());
  // Every line that does not parse, not only the first: "FILE:LINE: what is wrong". Empty when all
  // is well. A control character ends the search, and so does one rule too many.
  static std::vector<std::string> problems(std::string_view text, std::string_view file,
                                           std::shared_ptr<const Groups> groups);
  Decision decide(const Question& question) const;

  struct NamedAction {
    int line;
    std::string action;
  };
  std::vector<NamedAction> named_actions() const;
  struct NamedArgument {
    int line;
    std::vector<std::string> actions;  // of that line; empty: any
    std::string argument;
  };
  std::vector<NamedArgument> named_arguments() const;
  // Whether facts or classes of the node can change what is decided.
  bool depends_on_node() const;
  // Whether a line has max_nodes.
  bool limits_nodes() const;
  std::size_t rules() const;
  bool default_allow() const { return default_allow_; }

 private:
  struct Rule;

  Policy();
  Status read_line(int number, std::string_view line, const std::shared_ptr<const Groups>& groups);
  Status read_default(int number, std::string_view line, const std::vector<std::string>& words);
  Result<Rule> read_rule(const std::vector<std::string>& fields,
                         const std::shared_ptr<const Groups>& groups) const;
  bool matches(const Rule& rule, const Question& question) const;
  Decision decided(const Rule& rule, const Question& question) const;

  std::string file_;
  std::shared_ptr<const Groups> groups_;
  std::vector<Rule> rules_;
  bool default_allow_ = false;
  int default_line_ = 0;  // 0: not written
  std::string default_text_;
};

}  // namespace muster::policy
