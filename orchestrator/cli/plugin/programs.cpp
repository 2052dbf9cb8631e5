// The programs that `muster plugin generate` writes: Choria's external protocol, version 1. A request is a
// file, the reply another; what a program prints goes to the node's log.
#include <fmt/format.h>

#include "orchestrator/cli/plugin/plugin.hpp"
#include "proto/base/names.hpp"
#include "proto/base/nearest.hpp"

namespace muster::cli {
namespace {

struct Template {
  std::string_view language;
  std::string_view agent_head;
  std::string_view agent_action;  // @ is its name
  std::string_view agent_tail;
  std::string_view data_head;
  std::string_view data_output;
  std::string_view data_tail;
};

constexpr Template kPython{"python",
                           R"code(#!/usr/bin/env python3
# A Choria external agent. Its description is the .json file beside it; `muster plugin info` checks that.
# A function an action: it gets the inputs, and returns the outputs or raises Failed.
import json
import os


class Failed(Exception):
    """The action could not do it: status 1 with this message."""


def should_activate():
    """Whether this node offers the agent at all."""
    return True
)code",
                           R"code(

def action_@(data):
    return {"message": "@ was told: %s" % data.get("message", "nothing")}
)code",
                           R"code(

def answer(request):
    if request["protocol"] == "io.choria.mcorpc.external.v1.activation_request":
        return {"activate": should_activate()}
    action = ACTIONS.get(request["action"])
    if action is None:
        return {"statuscode": 2, "statusmsg": "unknown action %s" % request["action"], "data": {}}
    try:
        return {"statuscode": 0, "statusmsg": "OK", "data": action(request.get("data") or {})}
    except Failed as failure:
        return {"statuscode": 1, "statusmsg": str(failure), "data": {}}


if __name__ == "__main__":
    with open(os.environ["CHORIA_EXTERNAL_REQUEST"]) as request_file:
        reply = answer(json.load(request_file))
    with open(os.environ["CHORIA_EXTERNAL_REPLY"], "w") as reply_file:
        json.dump(reply, reply_file)
)code",
                           R"code(#!/usr/bin/env python3
# An external data plugin. Its description is the .json file beside it.
# A function an output: it gets the query, and returns the value.
import json
import os
)code",
                           R"code(

def output_@(query):
    return "@ of %s" % query
)code",
                           R"code(

if __name__ == "__main__":
    with open(os.environ["CHORIA_EXTERNAL_REQUEST"]) as request_file:
        request = json.load(request_file)
    with open(os.environ["CHORIA_EXTERNAL_REPLY"], "w") as reply_file:
        json.dump({"data": {name: output(request.get("query")) for name, output in OUTPUTS.items()}}, reply_file)
)code"};

constexpr Template kBash{"bash",
                         R"code(#!/usr/bin/env bash
# A Choria external agent. Its description is the .json file beside it; `muster plugin info` checks that.
# A function an action: input NAME gives an input, reply NAME VALUE sets an output, fail MESSAGE ends it.
# Needs jq.
set -u
request=$CHORIA_EXTERNAL_REQUEST
data='{}'

input() { jq -r --arg name "$1" '.data[$name] // empty' "$request"; }
reply() { data=$(jq -c --arg name "$1" --arg value "$2" '.[$name] = $value' <<<"$data"); }
finish() { jq -n --argjson code "$1" --arg message "$2" --argjson data "$data" \
  '{statuscode: $code, statusmsg: $message, data: $data}' >"$CHORIA_EXTERNAL_REPLY"; }
fail() { finish 1 "$1"; exit 0; }

# Whether this node offers the agent at all: true or false.
should_activate() { echo true; }
)code",
                         R"code(
action_@() {
  local message
  message=$(input message)
  reply message "@ was told: ${message:-nothing}"
}
)code",
                         R"code(
if [[ $(jq -r .protocol "$request") == io.choria.mcorpc.external.v1.activation_request ]]; then
  jq -n --argjson activate "$(should_activate)" '{activate: $activate}' >"$CHORIA_EXTERNAL_REPLY"
  exit 0
fi
action=$(jq -r .action "$request")
case $action in
)code",
                         R"code(#!/usr/bin/env bash
# An external data plugin. Its description is the .json file beside it. A function an output: it prints the value.
# Needs jq.
set -u
query=$(jq -r '.query // empty' "$CHORIA_EXTERNAL_REQUEST")
data='{}'
add() { data=$(jq -c --arg name "$1" --arg value "$2" '.[$name] = $value' <<<"$data"); }
)code",
                         R"code(
output_@() { echo "@ of $query"; }
)code",
                         R"code(
jq -n --argjson data "$data" '{data: $data}' >"$CHORIA_EXTERNAL_REPLY"
)code"};

constexpr Template kRuby{"ruby",
                         R"code(#!/usr/bin/env ruby
# A Choria external agent. Its description is the .json file beside it; `muster plugin info` checks that.
# A method an action: it gets the inputs, and returns the outputs or raises Failed.
require "json"

# The action could not do it: status 1 with this message.
class Failed < StandardError; end

# Whether this node offers the agent at all.
def should_activate
  true
end
)code",
                         R"code(
def action_@(data)
  { "message" => "@ was told: #{data.fetch("message", "nothing")}" }
end
)code",
                         R"code(
def answer(request)
  return { "activate" => should_activate } if request["protocol"] == "io.choria.mcorpc.external.v1.activation_request"
  unless ACTIONS.include?(request["action"])
    return { "statuscode" => 2, "statusmsg" => "unknown action #{request["action"]}", "data" => {} }
  end
  { "statuscode" => 0, "statusmsg" => "OK", "data" => send("action_#{request["action"]}", request["data"] || {}) }
rescue Failed => failure
  { "statuscode" => 1, "statusmsg" => failure.message, "data" => {} }
end

request = JSON.parse(File.read(ENV.fetch("CHORIA_EXTERNAL_REQUEST")))
File.write(ENV.fetch("CHORIA_EXTERNAL_REPLY"), JSON.generate(answer(request)))
)code",
                         R"code(#!/usr/bin/env ruby
# An external data plugin. Its description is the .json file beside it. A method an output: it returns the value.
require "json"
)code",
                         R"code(
def output_@(query)
  "@ of #{query}"
end
)code",
                         R"code(
request = JSON.parse(File.read(ENV.fetch("CHORIA_EXTERNAL_REQUEST")))
data = OUTPUTS.to_h { |name| [name, send("output_#{name}", request["query"])] }
File.write(ENV.fetch("CHORIA_EXTERNAL_REPLY"), JSON.generate({ "data" => data }))
)code"};

std::string with_name(std::string_view text, const std::string& name) {
  std::string out;
  for (const char c : text)
    if (c == '@')
      out += name;
    else
      out += c;
  return out;
}

// What the language needs to find a function by its name, between the functions and the tail.
std::string table(const NewPlugin& plugin) {
  const bool agent = plugin.kind == PluginKind::agent;
  std::string rows;
  for (const auto& part : plugin.parts) {
    // The prefix keeps apart what the language calls the same: open, print, class.
    if (plugin.language == "python")
      rows += fmt::format("    \"{0}\": {1}_{0},\n", part, agent ? "action" : "output");
    if (plugin.language == "ruby") rows += fmt::format("  \"{}\",\n", part);
    if (plugin.language == "bash" && agent)
      rows += fmt::format("  {0}) action_{0} ;;\n", part);
    else if (plugin.language == "bash")
      rows += fmt::format("add {0} \"$(output_{0})\"\n", part);
  }
  const std::string name = agent ? "ACTIONS" : "OUTPUTS";
  if (plugin.language == "python") return fmt::format("\n\n{} = {{\n{}}}\n", name, rows);
  if (plugin.language == "ruby") return fmt::format("\n{} = [\n{}].freeze\n", name, rows);
  return rows;
}

constexpr std::string_view kBashEnd =
    "  *) finish 2 \"unknown action $action\"; exit 0 ;;\nesac\nfinish 0 OK\n";

}  // namespace

Result<std::string> program_text(const NewPlugin& plugin) {
  const bool agent = plugin.kind == PluginKind::agent;
  for (const auto* known : {&kPython, &kBash, &kRuby}) {
    if (known->language != plugin.language) continue;
    std::string out(agent ? known->agent_head : known->data_head);
    for (const auto& part : plugin.parts)
      out += with_name(agent ? known->agent_action : known->data_output, part);
    if (plugin.language != "bash") {
      out += table(plugin);
      return out + std::string(agent ? known->agent_tail : known->data_tail);
    }
    if (!agent) return out + table(plugin) + std::string(known->data_tail);
    return out + std::string(known->agent_tail) + table(plugin) + std::string(kBashEnd);
  }
  return fail(Errc::config,
              fmt::format("there is no skeleton in {}{}", base::quoted(plugin.language),
                          base::hint_for(plugin.language, {"python", "bash", "ruby"})));
}

}  // namespace muster::cli
