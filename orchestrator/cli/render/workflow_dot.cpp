#include <fmt/format.h>

#include "orchestrator/cli/render/text.hpp"
#include "orchestrator/cli/render/workflow.hpp"

namespace muster::cli::render {
namespace {

using workflow::OnFailure;
using workflow::Workflow;

// Graphviz takes a quoted text as it stands, but for the quote; in labels a backslash begins an escape.
std::string quoted_label(const std::string& text) {
  std::string out = "\"";
  for (const char c : one_line(text)) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + "\"";
}

// Two lines in one box.
std::string box_label(const workflow::Step& step) {
  auto label = quoted_label(step.name);
  label.pop_back();
  return label + "\\n" + quoted_label(what_is_done(step)).substr(1);
}

class Drawing {
 public:
  explicit Drawing(const Workflow& workflow) : workflow_(workflow) {}

  std::string text() {
    out_ = fmt::format("digraph {} {{\n  node [shape=box, style=rounded];\n",
                       quoted_label(workflow_.name));
    for (std::size_t i = 0; i < workflow_.steps.size(); ++i) draw(i);
    draw_blocks();
    out_ += "  end [label=\"finished\", shape=ellipse];\n";
    if (has_failed_) out_ += "  failed [label=\"waits for a person\", shape=ellipse];\n";
    if (has_again_) out_ += "  again [label=\"the attempt ends\", shape=ellipse];\n";
    return out_ + "}\n";
  }

 private:
  // Where the way to the step begins: its condition, if it has one.
  std::string entry(std::size_t at) const {
    if (at == workflow_.steps.size()) return "end";
    return begins_group(at) ? fmt::format("fork{}", at) : own_entry(at);
  }
  bool begins_group(std::size_t at) const {
    const auto& step = workflow_.steps[at];
    if (!step.is_beside_others()) return false;
    return !workflow_.steps[at - 1].name.starts_with(step.blocks.back().name + "/");
  }
  // Of one that is done beside others, without what leads to all of them.
  std::string own_entry(std::size_t at) const {
    return fmt::format("{}{}", condition_text(workflow_.steps[at]).empty() ? "step" : "when", at);
  }
  void edge(const std::string& from, const std::string& to, const char* style) {
    out_ += fmt::format("  {} -> {}{};\n", from, to, style);
  }
  void draw(std::size_t at) {
    const auto& step = workflow_.steps[at];
    const auto here = fmt::format("step{}", at);
    const auto end = workflow_.end_of_group(at);
    if (begins_group(at)) {
      out_ += fmt::format("  fork{} [shape=point];\n", at);
      for (auto each = at; each < end; ++each) edge(fmt::format("fork{}", at), own_entry(each), "");
    }
    if (workflow::kind_of(step.kind).gives_master) pick_ = here;
    if (!condition_text(step).empty()) {
      out_ += fmt::format("  when{} [label={}, shape=diamond, style=solid];\n", at,
                          quoted_label(condition_text(step)));
      edge(own_entry(at), here, " [label=\"yes\"]");
      edge(own_entry(at), entry(end), " [label=\"no\"]");
    }
    out_ += fmt::format("  {} [label={}];\n", here, box_label(step));
    edge(here, entry(end), "");
    draw_failure(step, here, entry(end));
  }
  void draw_failure(const workflow::Step& step, const std::string& here, const std::string& next) {
    switch (step.on_failure) {
      case OnFailure::retry:
        return;
      case OnFailure::other_master:
        return edge(here, pick_,
                    " [label=\"fails: other master\", style=dashed, constraint=false]");
      case OnFailure::skip:
        return edge(here, next, " [label=\"fails: skip\", style=dashed]");
      case OnFailure::compensate:
        return draw_compensation(step, here);
      case OnFailure::fail:
        has_failed_ = true;
        return edge(here, "failed", " [label=\"fails\", style=dashed]");
    }
  }
  void draw_compensation(const workflow::Step& step, const std::string& here) {
    auto from = here;
    for (std::size_t i = 0; i < step.compensation.size(); ++i) {
      const auto to = fmt::format("{}_{}", here, i);
      out_ += fmt::format("  {} [label={}, style=\"rounded,dashed\"];\n", to,
                          box_label(step.compensation[i]));
      edge(from, to, i == 0 ? " [label=\"fails: compensate\", style=dashed]" : " [style=dashed]");
      from = to;
    }
    has_again_ = true;
    edge(from, "again", " [style=dashed]");
  }

  // A frame around the steps of each, without those inside it.
  void draw_blocks() {
    std::string open;
    for (std::size_t i = 0; i < workflow_.steps.size(); ++i) {
      const auto& blocks = workflow_.steps[i].blocks;
      const auto block = blocks.empty() ? "" : blocks.front().name;
      if (block != open && !open.empty()) out_ += "  }\n";
      if (block != open && !block.empty())
        out_ += fmt::format("  subgraph cluster{} {{\n    label={};\n", i, quoted_label(block));
      open = block;
      if (!block.empty()) out_ += fmt::format("    step{};\n", i);
    }
    if (!open.empty()) out_ += "  }\n";
  }

  const Workflow& workflow_;
  std::string out_;
  std::string pick_;  // the step that chooses a master: it stands before all that need one
  bool has_failed_ = false;
  bool has_again_ = false;
};

}  // namespace

std::string workflow_dot(const Workflow& workflow) {
  return Drawing(workflow).text();
}

}  // namespace muster::cli::render
