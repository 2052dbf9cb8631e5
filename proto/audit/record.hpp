// What the audit says of one request. docs/operating/AUDIT.md explains each field.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "proto/base/value.hpp"

namespace muster::audit {

inline constexpr std::size_t kInputsMaxBytes = 4'096;  // of all inputs, as JSON
inline constexpr std::size_t kInputMaxBytes = 512;     // of one text in them
inline constexpr std::size_t kTextMaxBytes = 1'024;    // of a reason or a reply's message

// `refused`: denied, invalid, expired or busy, of lines that were left out.
enum class Verdict { allowed, denied, invalid, expired, replayed, busy, unverified, refused };
std::string_view name_of(Verdict verdict);

// A request at the moment it was judged. Texts come from the caller and are as long as they like:
// they are cut where they are written.
struct Request {
  std::int64_t at_ms = 0;
  std::string id;
  std::string caller;
  std::string role;
  std::string collective;
  std::string agent;
  std::string action;
  Value inputs;  // as the caller sent them; when allowed, with the DDL's defaults
  Verdict verdict = Verdict::allowed;
  std::string decided_by;                     // the policy's file and line
  std::string why;                            // when it was not allowed
  std::vector<std::string> approved_by = {};  // "cert=NAME": those without whom it were refused
  std::string approval = {};                  // the id of what they approved
  std::uint64_t left_out = 0;  // refusals of the same caller before this one that have no line
};

// What became of it.
struct Completion {
  std::int64_t at_ms = 0;
  std::string request_id;
  std::string caller;
  std::string agent;
  std::string action;
  std::string outcome;  // answered, refused, expired, busy
  int status = 0;
  std::string message;
  std::int64_t took_ms = 0;
};

// What nobody signed for, was sent again, or was refused to one caller too often: told in numbers, or a flood would
// fill the disk and push out the lines that matter.
struct Flood {
  std::int64_t at_ms = 0;
  std::string caller = {};  // empty: not known
  Verdict verdict = Verdict::unverified;
  std::string why;          // of the last
  std::uint64_t count = 1;  // since the line before
};

// A name and what stands behind it, in the order of the line.
struct Field {
  std::string_view name;
  Value value;
};
using Line = std::vector<Field>;

Line line_of(const Request& request, const std::string& node);
Line line_of(const Completion& completion, const std::string& node);
Line line_of(const Flood& flood, const std::string& node);

// One JSON object without a newline; whatever is no UTF-8 is replaced.
std::string json(const Line& line);

// Inputs whose name says that they are secret, and entries of maps below them, are "(masked)".
bool looks_secret(std::string_view name);
struct Shown {
  Value inputs;
  std::uint64_t left_out_bytes = 0;
};
Shown shown_inputs(const Value& inputs);

}  // namespace muster::audit
