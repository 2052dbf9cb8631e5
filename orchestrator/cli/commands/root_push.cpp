#include <fmt/format.h>

#include <sstream>

#include "orchestrator/authority/list_file.hpp"
#include "orchestrator/cli/commands/root.hpp"
#include "orchestrator/cli/session.hpp"
#include "proto/base/encoding.hpp"
#include "proto/base/files.hpp"
#include "proto/base/names.hpp"

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

// Without one, brokers would let in nobody of the new root.
Status check_list_is_there(const std::filesystem::path& file, const x509::Certificate& root) {
  MUSTER_ASSIGN(const auto lists, authority::read_lists(file));
  if (authority::list_of(lists, root)) return {};
  return fail(
      Errc::config,
      fmt::format("{} holds no revocation list of {}, and brokers let in nobody of a root "
                  "without one: carry {} there too, from the authority's folder",
                  file.string(), base::quoted(root.common_name()), file.filename().string()));
}

Result<ExitCode> push(const CommonOptions& common, const PushOptions& options) {
  MUSTER_ASSIGN(const auto message, last_statement(options.file));
  const auto statement = security::read_root_statement(message);
  if (!statement) return fail(statement.error().within(options.file.string()));
  const auto lists = authority::list_file(options.file.parent_path(), statement->root);
  if (!statement->finished) MUSTER_TRY(check_list_is_there(lists, statement->new_root));
  if (statement->finished) {
    MUSTER_ASSIGN(const auto fleet, fleetwide(common, options.file.parent_path(), options.without));
    MUSTER_ASSIGN(const auto link, connect(common));
    MUSTER_TRY(check_root_can_go(*link, *statement, fleet));
  }
  return push_statement(
      common, message, lists,
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
