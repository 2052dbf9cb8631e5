// --filter-replies EXPRESSION: which replies are shown.
#pragma once

#include <memory>
#include <string_view>

#include "orchestrator/client/caller.hpp"
#include "proto/base/result.hpp"

namespace muster::filter {
class Term;
}

namespace muster::cli {

// The grammar of -S (and, or, not, !, parentheses) over these terms:
//
//   ok() failed() aborted() unknown_action() missing_data() invalid_data() unknown_error()
//   refused() busy() expired()        failed() is status 1 to 5, each of which has its own function
//   sender OP VALUE                   the node's identity
//   outcome OP VALUE                  ok, failed, refused, busy, expired
//   code OP VALUE                     the status, 0 to 5
//   msg OP VALUE                      the status message
//   time OP VALUE                     milliseconds until the reply
//   data.a.b.0 OP VALUE               a field of the reply's data, or data('a.b.0') OP VALUE
//
// Operators, values, lists and maps are those of fact filters (proto/filter/filter.hpp), so a field
// that is absent holds for no operator. Immutable, thread-safe, cheap to copy.
class ReplyFilter {
 public:
  // Errc::invalid_data, or limit; the message shows the expression, a caret and the nearest word.
  static Result<ReplyFilter> parse(std::string_view text);

  // A node that was silent sent no reply: false.
  bool matches(const client::NodeResult& reply) const;

 private:
  explicit ReplyFilter(std::shared_ptr<const filter::Term> term) : term_(std::move(term)) {}
  std::shared_ptr<const filter::Term> term_;
};

}  // namespace muster::cli
