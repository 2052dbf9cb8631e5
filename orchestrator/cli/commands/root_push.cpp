#include <fmt/format.h>

#include <sstream>

#include "orchestrator/authority/list_file.hpp"
#include "orchestrator/cli/commands/root.hpp"
#include "orchestrator/cli/session.hpp"
#include "proto/base/encoding.hpp"
#include "proto/base/files.hpp"

namespace muster::cli {
namespace {

struct PushOptions {
  std::filesystem::path file;
  std::vector<std::string> without;
};

// The last one: those before it were told when they were made.
Result<std::string> last_statement(const std::filesystem::path& file) {
  MUSTER_ASSIGN(const auto text, base::read_file(file));
  std::istringstream lines(text);
  std::string last;
  for (std::string line; std::getline(lines, line);)
    if (!line.empty()) last = line;
  auto message = base::from_base64url(last);
  if (!message) return fail(message.error().within(file.string()));
  return message;
}

Result<ExitCode> push(const CommonOptions& common, const PushOptions& options) {
  MUSTER_ASSIGN(const auto message, last_statement(options.file));
  const auto statement = security::read_root_statement(message);
  if (!statement) return fail(statement.error().within(options.file.string()));
  if (statement->finished) {
    MUSTER_ASSIGN(const auto settings, read_settings(common));
    MUSTER_ASSIGN(const auto link, connect(common));
    MUSTER_TRY(check_root_can_go(*link, *statement, settings.brokers, options.without));
  }
  return push_statement(
      common, message, authority::list_file(options.file.parent_path(), statement->root),
      fmt::format("the fleet was told of {}\n", statement->new_root.common_name()));
}

}  // namespace

void add_root_push(Program& program, Command parent) {
  const auto options = std::make_shared<PushOptions>();
  Command command =
      add_command(program, parent, "push", "Tells the fleet what was signed with --offline",
                  [&program, options] { return push(program.common, *options); });
  command.option("file", options->file, "root.statements of the authority's folder")
      .required()
      .type("FILE");
  command.option("--without", options->without, "Who does not count; repeatable")
      .one_word_each()
      .type("NAME");
}

}  // namespace muster::cli
