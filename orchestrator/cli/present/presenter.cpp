#include "orchestrator/cli/present/presenter.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include "orchestrator/cli/output.hpp"
#include "orchestrator/cli/render/style.hpp"

namespace muster::cli {
namespace {

void note_names(const char* what, const std::vector<std::string>& names) {
  if (!names.empty()) note(fmt::format("{}: {}", what, fmt::join(names, ", ")));
}

}  // namespace

void note_missing(const render::CallFrame& frame, const client::CallResult& result) {
  note_names("no response from", result.silent());
  note_names("left alone, for the filter does not match any more", result.not_matched());
  note_names("did not say whether the filter matches", frame.undecided);
  note_names("not asked", frame.not_asked);
}

Result<std::unique_ptr<Presenter>> make_presenter(const CommonOptions& common,
                                                  const OutputOptions& options,
                                                  const ddl::Action& action) {
  const int forms = common.json + options.jsonl + options.table + options.senders;
  if (forms > 1)
    return fail(Errc::config,
                "--json, --jsonl, --table and --senders are forms of one output; say one");
  MUSTER_ASSIGN(auto selection,
                Selection::of(options, action.display, common.verbose || common.json));
  Showing showing{.action = action,
                  .selection = std::move(selection),
                  .sort = options.sort,
                  .quiet = options.quiet,
                  .progress = !options.quiet && !options.no_progress && forms == 0 &&
                              render::is_terminal(STDERR_FILENO),
                  .verbose = common.verbose};
  if (common.json) return json_presenter(std::move(showing));
  if (options.jsonl) return jsonl_presenter(std::move(showing));
  if (options.table) return table_presenter(std::move(showing));
  if (options.senders) return senders_presenter(std::move(showing));
  return text_presenter(std::move(showing));
}

}  // namespace muster::cli
