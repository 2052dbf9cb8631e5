#include "orchestrator/cli/output.hpp"
#include "orchestrator/cli/present/presenter.hpp"
#include "orchestrator/cli/render/call_text.hpp"

namespace muster::cli {
namespace {

// The replies that were selected; everything else is about all of them.
Value selected(const client::CallResult& result, const Selection& selection) {
  Value replies = Value::array();
  for (const auto& node : result.results)
    if (selection.shows(node)) replies.push_back(render::reply_json(node));
  return replies;
}

class JsonPresenter final : public Presenter {
 public:
  explicit JsonPresenter(Showing showing) : showing_(std::move(showing)) {}
  void finished(const render::CallFrame& frame, const client::CallResult& result) override {
    auto document = render::call_json(frame, result);
    document["replies"] = selected(result, showing_.selection);
    document["summaries"] = render::summaries_json(result, showing_.action);
    print_json(document);
  }

 private:
  const Showing showing_;
};

// A line a reply; then one without "sender", about the call.
class JsonlPresenter final : public Presenter {
 public:
  explicit JsonlPresenter(Showing showing) : showing_(std::move(showing)) {}
  void took(const client::NodeResult& node) override {
    if (!showing_.sort && showing_.selection.shows(node)) print_json_line(render::reply_json(node));
  }
  void finished(const render::CallFrame& frame, const client::CallResult& result) override {
    if (showing_.sort)
      for (const auto& node : result.results)
        if (showing_.selection.shows(node)) print_json_line(render::reply_json(node));
    if (showing_.quiet) return note_missing(frame, result);
    auto document = render::call_json(frame, result);
    document.erase("replies");
    document["summaries"] = render::summaries_json(result, showing_.action);
    print_json_line(document);
  }

 private:
  const Showing showing_;
};

}  // namespace

std::unique_ptr<Presenter> json_presenter(Showing showing) {
  return std::make_unique<JsonPresenter>(std::move(showing));
}
std::unique_ptr<Presenter> jsonl_presenter(Showing showing) {
  return std::make_unique<JsonlPresenter>(std::move(showing));
}

}  // namespace muster::cli
