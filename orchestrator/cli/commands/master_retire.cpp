#include <fmt/format.h>

#include "orchestrator/cli/commands/commands.hpp"
#include "orchestrator/cli/control_session.hpp"
#include "orchestrator/cli/render/text.hpp"
#include "proto/base/names.hpp"

namespace muster::cli {
namespace {

struct MasterRetireOptions {
  std::string master;
  bool cancel = false;
};

std::string said_in(const Value& data, const char* key) {
  const auto at = data.is_object() ? data.find(key) : data.end();
  return data.is_object() && at != data.end() && at->is_string()
             ? render::one_line(at->get<std::string>())
             : "";
}

std::string retired_words(const std::string& master, const Value& data) {
  const auto others = data.is_object() ? data.value("other_masters", std::int64_t{0}) : 0;
  auto out = fmt::format("{} is retired since {}, by {}\n", master, said_in(data, "retired_at"),
                         said_in(data, "retired_by"));
  if (others == 0)
    return out + "No other master can have its nodes: they stay until there is one\n";
  return out +
         "Its nodes move to the others one after the other; then its CA is withdrawn, and you "
         "are told\nFollow it: muster master list\n";
}

Result<ExitCode> retire_master(const CommonOptions& common, const MasterRetireOptions& options) {
  MUSTER_TRY(base::check_identity(options.master));
  const auto master = render::one_line(options.master);
  return ask_and_show(
      common,
      {.action = "master_retire",
       .arguments = {{"master", options.master}, {"cancel", options.cancel}}},
      [&](const client::ControlAnswer& answer) {
        return options.cancel ? fmt::format("{} stays, with the nodes that it has by now\n", master)
                              : retired_words(master, answer.data);
      });
}

}  // namespace

void add_master_retire(Program& program, Command parent) {
  const auto options = std::make_shared<MasterRetireOptions>();
  Command command = add_command(
      program, parent, "retire", "Move a master's nodes to the others, then withdraw its CA",
      [&program, options] { return retire_master(program.common, *options); });
  command.option("master", options->master, "Its identity, as 'muster master list' shows it")
      .required()
      .type("NAME");
  command.flag("--cancel", options->cancel,
               "It stays after all, with the nodes that it has by now");
  add_approval_options(command, program.common.approval);
}

}  // namespace muster::cli
