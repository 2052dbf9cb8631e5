// What an agent or a data plugin can do: Choria's JSON DDL
// (https://choria.io/schemas/mcorpc/ddl/v1/agent.json, data.json), and the checks of a request's
// inputs against it. Both ends check.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "proto/base/result.hpp"
#include "proto/base/value.hpp"

namespace muster::ddl {

inline constexpr std::size_t kDocumentMaxBytes = 256 * 1024;  // one agent's DDL
inline constexpr int kDocumentMaxDepth = 64;                  // of lists and objects in it
inline constexpr std::int64_t kTimeoutMaxSeconds = 86'400;    // a day

enum class Type { string, list, boolean, integer, float_, number, hash, array, any };
enum class Display { ok, failed, always };

struct Input {
  std::string name;
  std::string prompt;
  std::string description;
  Type type = Type::string;
  bool optional = false;
  bool guarded = false;  // allowed by no policy line that does not name it; absent unless given
  Value default_value;   // null: none
  std::string
      validation;  // shellsafe, ipv4address, ipv6address, ipaddress or a regular expression (RE2)
  std::int64_t maxlength = 0;     // characters; 0: no limit
  std::vector<std::string> list;  // for Type::list
};

struct Output {
  std::string name;
  std::string description;
  std::string display_as;
  std::string type;
  Value default_value;
};

// A summary of one output over all replies. Choria writes it {"function": "summary", "args":
// ["exitcode", {"format": "%10s %d", "0": "ok"}]}, MCollective's converted DDLs [["exitcode"], {…}].
struct Aggregate {
  std::string function;  // one of aggregate_names(), the site's (site_rules.hpp), or not known here
  std::string output;
  std::string format;  // has passed parse_format(); empty: the function's own
  std::vector<std::pair<std::string, std::string>> mapping;  // shown instead of a value: true, 0 …
};

struct Action {
  std::string name;
  std::string description;
  Display display = Display::failed;
  bool undeclared_inputs = false;  // inputs that are not among these pass as they are
  std::vector<Input> inputs;
  std::vector<Output> outputs;
  std::vector<Aggregate> aggregates;
};

// What every kind of plugin says of itself.
struct Metadata {
  std::string name;
  std::string description;
  std::string author;
  std::string license;
  std::string version;
  std::string url;
  std::chrono::seconds timeout{10};  // at least 2; of one call, or of one query
  std::string provider;              // "external", "ruby" …; empty when not said
  // What is not known here, each with its file and path: validators, whose inputs must be shellsafe
  // then, and aggregate functions, which give no summary.
  std::vector<std::string> warnings;
};

struct Agent : Metadata {
  bool service = false;  // Choria's service agents; read, and of no effect here
  std::vector<Action> actions;

  const Action* find(std::string_view action) const;
  std::vector<std::string> action_names() const;
};

// A data plugin: one query, answered by named outputs, for filters as `name('query').output=value`.
struct Data : Metadata {
  std::optional<Input> query;  // none: the plugin is asked without an argument
  std::vector<Output> outputs;

  const Output* find(std::string_view output) const;
};

// Strict: unknown keys and types are errors that name `file`, the JSON path and the nearest valid
// word. Unknown validators and aggregate functions are warnings: other people's plugins bring theirs.
Result<Agent> parse(std::string_view json, std::string_view file);

// The same for https://choria.io/schemas/mcorpc/ddl/v1/data.json: metadata, query (absent or null
// when the plugin takes none), output. Outputs are scalars, as filters compare nothing else.
Result<Data> parse_data(std::string_view json, std::string_view file);

// A request's inputs, defaults filled in. Errc::unknown_action (with the nearest), missing_data, or
// invalid_data
// ("input 'count' of puppet#runonce must be an integer, not \"x\"").
Result<Value> check_inputs(const Agent& agent, std::string_view action, const Value& inputs);

// `inputs` as an action gets them, defaults filled in and nulls left out, but unchecked: for judging
// a request before the costlier check. Anything but a map is no inputs.
Value with_defaults(const Agent& agent, std::string_view action, const Value& inputs);

// Names of the guarded inputs of the action that `inputs` gives a value to; empty for an action that
// there is not.
std::vector<std::string> guarded_inputs(const Agent& agent, std::string_view action,
                                        const Value& inputs);

// The argument of a data query as the plugin gets it: converted from the filter's text to the
// query's type, checked, its default filled in; null when the plugin takes none. Errc::missing_data
// or invalid_data ("the query of data plugin fstat must be …").
Result<Value> check_query(const Data& data, std::optional<std::string_view> argument);

// key=value words of a command line, converted by the DDL's types ("true t yes y 1" …). JSON for
// hash and array. Converts only: check_inputs() then says whether the values are allowed and all
// there.
Result<Value> inputs_from_words(const Agent& agent, std::string_view action,
                                const std::vector<std::string>& words);

// summary, average …: what plugins/aggregates computes.
const std::vector<std::string>& aggregate_names();

// Declared outputs that are absent get their default, as MCollective's replies do.
void fill_outputs(const Action& action, Value& data);
void fill_outputs(const std::vector<Output>& outputs, Value& data);

}  // namespace muster::ddl
