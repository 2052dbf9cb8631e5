#include "node-agent/external/ruby_agent.hpp"

#include <fmt/format.h>

#include "node-agent/external/call.hpp"
#include "node-agent/external/external_agent.hpp"
#include "node-agent/external/protocol.hpp"
#include "proto/base/json_problem.hpp"
#include "proto/base/names.hpp"
#include "proto/ddl/validators.hpp"

namespace muster::external {
namespace {

constexpr std::string_view kDescribe = "describe";  // to muster-ruby-host alone
constexpr std::string_view kAnyText = "(?s).*";

std::string first_existing(const std::vector<std::string>& files) {
  for (const auto& file : files)
    if (std::filesystem::exists(file)) return file;
  return files.empty() ? "" : files.front();
}

Call call_of(const std::string& name, const std::filesystem::path& libdir,
             const Surroundings& around, Value request) {
  const auto collectives = around.node.collectives();
  request["host"] = {{"libdir", libdir.string()},
                     {"identity", around.node.identity()},
                     {"collectives", collectives},
                     {"server_config", around.mcollective_config.string()},
                     {"plugin_config", around.plugin_config.string()},
                     {"classes_file", first_existing(around.classes_files)}};
  Call call;
  call.agent = name;
  // Ruby would draw its errors into the message.
  call.argv = {around.ruby, "--disable=error_highlight", around.ruby_host.string()};
  call.request = request.dump(-1, ' ', false, Value::error_handler_t::replace);
  call.facts = around.facts();
  call.config = around.plugin_config / name;
  // Ruby code was run by a daemon with an environment of this kind.
  call.more_environment = {{"HOME", "/root"}, {"LANG", "C.UTF-8"}, {"LC_ALL", "C.UTF-8"}};
  return call;
}

// Ruby's expressions have more than ours: its own library checks them, with the rest, before the
// action runs.
void soften(Value& ddl) {
  for (auto& action : ddl["actions"])
    for (auto& input : action["input"])
      if (const auto found = input.find("validation"); found != input.end() && found->is_string())
        if (!ddl::check_validation(found->get<std::string>())) *found = kAnyText;
}

Result<RubyDescription> read_description(const std::string& name, std::string_view text) {
  MUSTER_ASSIGN(Value reply, read_object(text));
  if (const auto error = reply.find("error"); error != reply.end() && error->is_string())
    return fail(Errc::unknown, error->get<std::string>());
  RubyDescription out;
  try {
    out.active = reply.at("active").get<bool>();
    soften(reply.at("ddl"));
  } catch (const Value::exception& odd) {
    return fail(Errc::unknown,
                fmt::format("its description is malformed: {}", base::json_problem(odd.what())));
  }
  MUSTER_ASSIGN(out.ddl,
                ddl::parse(reply.at("ddl").dump(-1, ' ', false, Value::error_handler_t::replace),
                           name + ".ddl"));
  return out;
}

Result<plugins::ActionReply> answer_of_host(const Call& call) {
  MUSTER_ASSIGN(const auto text, run_call(call));
  return read_rpc_reply(text);
}

}  // namespace

Result<RubyDescription> describe_ruby_agent(const std::string& name,
                                            const std::filesystem::path& libdir,
                                            const Surroundings& around, int cancel_fd) {
  auto call = call_of(name, libdir, around, {{"agent", name}});
  call.protocol = kDescribe;
  call.timeout = kDescribeLimit;
  call.cancel_fd = cancel_fd;
  auto text = run_call(call);
  if (!text && text.error().code == Errc::not_found)
    return fail(Errc::not_found, fmt::format("Ruby agents need the program {} (Debian's packages "
                                             "ruby and mcollective-common)",
                                             base::quoted(around.ruby)));
  if (!text) return fail(std::move(text).error());
  return read_description(name, *text);
}

std::chrono::milliseconds RubyAgent::start_up_time() const {
  return kStartUpTime;
}

plugins::ActionReply RubyAgent::handle(const plugins::ActionRequest& request) {
  auto call = call_of(ddl_.name, libdir_, around_, Value::parse(rpc_request(request)));
  call.protocol = kRpcRequest;
  call.timeout = left_for(request);
  return reply_of(request, ddl_, answer_of_host(call));
}

}  // namespace muster::external
