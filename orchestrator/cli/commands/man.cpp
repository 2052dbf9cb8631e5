#include "orchestrator/cli/man/man.hpp"

#include "orchestrator/cli/commands/tools.hpp"
#include "orchestrator/cli/output.hpp"
#include "proto/base/files.hpp"

namespace muster::cli {
namespace {

Result<ExitCode> write_pages(const Program& program, const std::filesystem::path& folder) {
  for (const auto& page : man_pages(tree_of(program), MUSTER_VERSION)) {
    MUSTER_TRY(base::write_file(folder / page.file, page.text));
    print((folder / page.file).string() + "\n");
  }
  return ExitCode::ok;
}

}  // namespace

void add_man(Program& program) {
  const auto folder = std::make_shared<std::filesystem::path>(".");
  Command command =
      add_command(program, program.root(), "man", "Write the manual pages to a folder",
                  [&program, folder] { return write_pages(program, *folder); });
  calls_no_node(program, command);
  command.option("dir", *folder, "Folder to write to; else this one").type("DIR");
}

}  // namespace muster::cli
