// What is approved: one request of one caller, exactly, and until when. docs/PROTOCOL.md, "Approvals".
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "proto/base/result.hpp"
#include "proto/base/value.hpp"
#include "proto/filter/text.hpp"
#include "proto/messages/request.hpp"

namespace muster::v1 {
class Request;
}

namespace muster::approval {

inline constexpr std::size_t kStatementMaxBytes = std::size_t{64} * 1024;  // of its text
inline constexpr std::size_t kTargetsMax = 500;                            // nodes named in one
inline constexpr std::int64_t kLifeMaxMs =
    std::int64_t{24} * 3600 * 1000;                    // from asking to the end
inline constexpr std::int64_t kSkewMaxMs = 30 * 1000;  // how far ahead the asker's clock may be
inline constexpr std::size_t kIdBytes = 16;            // hex digits of an id

struct Statement {
  std::string id;  // kIdBytes lower-case hex digits, the asker's choice
  std::string caller;
  std::string collective;
  std::string agent;
  std::string action;
  Value arguments = Value::object();      // as the agent's description fills them in
  filter::Text filter = {};               // judged on the nodes; empty when nodes are named
  std::vector<std::string> targets = {};  // sorted, each once
  std::int64_t asked_at_ms = 0;           // Unix time, by the asker's clock
  std::int64_t until_ms = 0;              // at most kLifeMaxMs later
};

// A new id.
std::string new_id();
// Errc::invalid_data when it is none.
Status check_id(std::string_view id);

// The one text of a statement, over which approvers sign: JSON without blanks, keys in order, targets
// sorted. Errc::limit beyond kStatementMaxBytes, Errc::invalid_data for names, times or texts that are
// none.
Result<std::string> text_of(const Statement& statement);
// Strict: what text_of() would not have written is Errc::invalid_data, so that nothing can hide in it.
Result<Statement> parse(std::string_view text);
// SHA-256 of a text.
std::string digest_of(std::string_view text);

// Empty when it is valid at `now_ms`; else why not: "ended 5 min ago, by this clock (…)".
std::string why_not_now(const Statement& statement, std::int64_t now_ms);
// Empty when `request`, with `arguments` as its action would get them, is exactly what was approved;
// else the first thing that is not: "is for other arguments".
std::string why_not_for(const Statement& statement, const messages::Request& request,
                        const Value& arguments);

}  // namespace muster::approval
