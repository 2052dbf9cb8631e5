#include <unistd.h>

#include <optional>

#include "orchestrator/cli/output.hpp"
#include "orchestrator/cli/present/foot.hpp"
#include "orchestrator/cli/present/presenter.hpp"
#include "orchestrator/cli/render/call_text.hpp"

namespace muster::cli {
namespace {

class TextPresenter final : public Presenter {
 public:
  explicit TextPresenter(Showing showing) : showing_(std::move(showing)) {}

  void discovered(const render::CallFrame& frame) override {
    if (!showing_.progress) return;
    foot_.emplace(frame.discovered, static_cast<std::size_t>(render::columns_of(STDERR_FILENO)));
  }

  void took(const client::NodeResult& node) override {
    ++answered_;
    if (foot_) foot_->count_one();
    if (showing_.sort || !showing_.selection.shows(node)) return;
    if (foot_)
      foot_->above([&] { show(node); });
    else
      show(node);
  }

  void finished(const render::CallFrame& frame, const client::CallResult& result) override {
    foot_.reset();
    if (showing_.sort)
      for (const auto& node : result.results)
        if (showing_.selection.shows(node)) show(node);
    if (showing_.selection.filtered() && !showing_.quiet)
      note(std::to_string(shown_) + " of " + std::to_string(answered_) + " replies match");
    print(render::summaries_text(result, showing_.action, style_));
    if (showing_.quiet)
      print(render::silent_text(result, style_, columns_));
    else
      print(showing_.verbose ? render::report_text(frame, result, style_, columns_)
                             : render::closing_text(frame, result, style_, columns_));
  }

 private:
  void show(const client::NodeResult& node) {
    ++shown_;
    print(render::node_text(node, showing_.action, style_));
  }

  const Showing showing_;
  const render::Style style_ = render::Style::of(STDOUT_FILENO);
  const std::size_t columns_ = static_cast<std::size_t>(render::columns_of(STDOUT_FILENO));
  std::optional<Foot> foot_;
  std::size_t answered_ = 0;
  std::size_t shown_ = 0;
};

}  // namespace

std::unique_ptr<Presenter> text_presenter(Showing showing) {
  return std::make_unique<TextPresenter>(std::move(showing));
}

}  // namespace muster::cli
