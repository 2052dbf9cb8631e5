// How a command that calls an action shows what came back.
#pragma once

#include <optional>
#include <string>

#include "orchestrator/cli/command_line.hpp"
#include "orchestrator/cli/reply_filter.hpp"
#include "proto/base/result.hpp"
#include "proto/ddl/ddl.hpp"

namespace muster::cli {

struct OutputOptions {
  bool jsonl = false;
  bool table = false;
  bool senders = false;
  bool sort = false;
  bool quiet = false;
  bool no_progress = false;
  std::string display = {};         // ok, failed, all, none; empty: the action's own rule
  std::string filter_replies = {};  // a ReplyFilter

  // One that was given and shapes replies; null: none. For commands that show none.
  const char* first_given() const;
};

void add_output_options(Command command, OutputOptions& options);

// Which replies are shown. Statistics, summaries and the exit code are about all of them.
class Selection {
 public:
  enum class Display { ok, failed, all, none };
  // Errc::config for an unknown --display or a filter that does not parse. `verbose` shows all.
  static Result<Selection> of(const OutputOptions& options, ddl::Display of_action, bool verbose);
  bool shows(const client::NodeResult& node) const;
  bool filtered() const { return filter_.has_value(); }

 private:
  Display display_ = Display::all;
  std::optional<ReplyFilter> filter_;
};

}  // namespace muster::cli
