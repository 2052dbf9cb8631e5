// Shows a call: while it runs, and when it has ended. One file a form.
#pragma once

#include <memory>

#include "orchestrator/cli/present/output_options.hpp"
#include "orchestrator/cli/program.hpp"
#include "orchestrator/cli/render/call_json.hpp"
#include "orchestrator/client/caller.hpp"
#include "proto/base/result.hpp"
#include "proto/ddl/ddl.hpp"

namespace muster::cli {

// discovered(), then took() for each reply on the caller's thread, one at a time, then finished().
class Presenter {
 public:
  virtual ~Presenter() = default;
  virtual void discovered(const render::CallFrame&) {}
  virtual void took(const client::NodeResult&) {}
  virtual void finished(const render::CallFrame& frame, const client::CallResult& result) = 0;
};

// What a presenter shows, and of what. `agent` and `action` are borrowed.
struct Showing {
  const ddl::Action& action;
  Selection selection;
  bool sort = false;
  bool quiet = false;
  bool progress = false;
  bool verbose = false;
};

// Errc::config when two forms are asked for at once. `action` must outlive the presenter.
Result<std::unique_ptr<Presenter>> make_presenter(const CommonOptions& common,
                                                  const OutputOptions& options,
                                                  const ddl::Action& action);

// To stderr: whom stdout does not name, because it is for the next program.
void note_missing(const render::CallFrame& frame, const client::CallResult& result);

std::unique_ptr<Presenter> text_presenter(Showing showing);
std::unique_ptr<Presenter> json_presenter(Showing showing);
std::unique_ptr<Presenter> jsonl_presenter(Showing showing);
std::unique_ptr<Presenter> table_presenter(Showing showing);
std::unique_ptr<Presenter> senders_presenter(Showing showing);

}  // namespace muster::cli
