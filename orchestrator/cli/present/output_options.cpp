#include "orchestrator/cli/present/output_options.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "proto/base/names.hpp"
#include "proto/base/nearest.hpp"
#include "proto/filter/filter.hpp"

namespace muster::cli {
namespace {

const std::vector<std::string> kDisplays{"ok", "failed", "all", "none"};

Result<Selection::Display> display_from(const std::string& name) {
  const auto found = std::find(kDisplays.begin(), kDisplays.end(), name);
  if (found == kDisplays.end())
    return fail(Errc::config, fmt::format("--display {} is not known{}", base::quoted(name),
                                          base::hint_for(name, kDisplays)));
  return static_cast<Selection::Display>(found - kDisplays.begin());
}

Selection::Display of_rule(ddl::Display rule) {
  switch (rule) {
    case ddl::Display::ok:
      return Selection::Display::ok;
    case ddl::Display::failed:
      return Selection::Display::failed;
    case ddl::Display::always:
      break;
  }
  return Selection::Display::all;
}

}  // namespace

const char* OutputOptions::first_given() const {
  const std::pair<const char*, bool> all[] = {{"--jsonl", jsonl},
                                              {"--table", table},
                                              {"--senders", senders},
                                              {"--display", !display.empty()},
                                              {"--filter-replies", !filter_replies.empty()},
                                              {"--sort", sort},
                                              {"--quiet", quiet}};
  for (const auto& [name, given] : all)
    if (given) return name;
  return nullptr;
}

Result<Selection> Selection::of(const OutputOptions& options, ddl::Display of_action,
                                bool verbose) {
  Selection selection;
  // Whoever wants documents or names wants all of them, but no failed node for the next command.
  if (options.senders)
    selection.display_ = Display::ok;
  else if (!verbose && !options.jsonl && !options.table)
    selection.display_ = of_rule(of_action);
  if (!options.display.empty()) {
    MUSTER_ASSIGN(selection.display_, display_from(options.display));
  }
  if (!options.filter_replies.empty()) {
    MUSTER_ASSIGN(selection.filter_, ReplyFilter::parse(options.filter_replies));
    // What was asked for by name is shown, unless that too was asked for.
    if (options.display.empty() && !options.senders) selection.display_ = Display::all;
  }
  return selection;
}

bool Selection::shows(const client::NodeResult& node) const {
  using client::Outcome;
  if (node.outcome == Outcome::silent || node.outcome == Outcome::filtered) return false;
  if (filter_ && !filter_->matches(node)) return false;
  switch (display_) {
    case Display::ok:
      return node.outcome == Outcome::ok;
    case Display::failed:
      return node.outcome != Outcome::ok;
    case Display::all:
      return true;
    case Display::none:
      break;
  }
  return false;
}

void add_output_options(Command command, OutputOptions& options) {
  const auto flag = [&](const char* names, bool& into, const char* help) {
    command.flag(names, into, help).group("Output");
  };
  flag("--jsonl", options.jsonl, "One JSON line a reply, as they arrive; the last line sums up");
  flag("--table", options.table, "A table, one row a node");
  flag("--senders", options.senders, "Only the names of nodes that are ok, one a line");
  command.option("--display", options.display, "Which replies")
      .type("ok|failed|all|none")
      .group("Output");
  command
      .option("--filter-replies", options.filter_replies,
              "Only replies that match: ok() and data.enabled = false")
      .type("EXPRESSION")
      .group("Output");
  flag("--sort", options.sort, "Replies by name, when all are there, instead of as they arrive");
  flag("--no-progress,--np", options.no_progress, "No progress bar on a terminal");
  flag("-q,--quiet", options.quiet, "Results alone: no progress, no closing statistics");
}

}  // namespace muster::cli
