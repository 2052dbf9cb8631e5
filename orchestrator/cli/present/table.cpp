#include <unistd.h>

#include "orchestrator/cli/output.hpp"
#include "orchestrator/cli/present/presenter.hpp"
#include "orchestrator/cli/render/call_text.hpp"
#include "orchestrator/cli/render/table.hpp"
#include "orchestrator/cli/render/text.hpp"
#include "proto/base/printable.hpp"

namespace muster::cli {
namespace {

constexpr std::size_t kCellMost = 40;  // columns of one output; the last may have what is left

class TablePresenter final : public Presenter {
 public:
  explicit TablePresenter(Showing showing) : showing_(std::move(showing)) {}

  void finished(const render::CallFrame& frame, const client::CallResult& result) override {
    const auto columns = static_cast<std::size_t>(render::columns_of(STDOUT_FILENO));
    const auto style = render::Style::of(STDOUT_FILENO);
    std::vector<render::Row> rows;
    bool more = false;
    for (const auto& node : result.results) {
      if (!showing_.selection.shows(node)) continue;
      rows.push_back(row_of(node));
      more = more || !rows.back().back().text.empty();
    }
    if (!more)
      for (auto& row : rows) row.pop_back();
    std::string out;
    if (!rows.empty()) out += render::table_text(header(more), rows, style, columns);
    if (!rows.empty() && !showing_.quiet) out += "\n";
    if (!showing_.quiet) out += render::summaries_text(result, showing_.action, style);
    print(out);
    print(showing_.quiet ? render::silent_text(result, style, columns)
                         : render::closing_text(frame, result, style, columns));
  }

 private:
  std::vector<std::string> header(bool more) const {
    std::vector<std::string> names{"NODE", "STATUS"};
    for (const auto& output : showing_.action.outputs)
      names.push_back(output.display_as.empty() ? output.name : output.display_as);
    if (more) names.emplace_back("DATA");
    return names;
  }

  // The last cell is for what no column is for.
  render::Row row_of(const client::NodeResult& node) const {
    const bool ok = node.outcome == client::Outcome::ok;
    render::Row row{{node.identity}, {render::status_text(node), render::status_ink(node)}};
    bool any = false;
    for (const auto& output : showing_.action.outputs) {
      row.push_back({cell_of(node, output.name)});
      any = any || !row.back().text.empty();
    }
    // Why it failed stands where its data would, if it gave none.
    if (!ok && !any && row.size() > 2)
      row[2].text = render::one_line(node.message);
    else if (!ok)
      row[1].text += ": " + render::one_line(node.message);
    row.push_back({undeclared(node)});
    return row;
  }

  // Outputs that the description does not name, and data that is no map.
  std::string undeclared(const client::NodeResult& node) const {
    if (!has_data(node) || node.data.is_null()) return "";
    if (!node.data.is_object())
      return render::cut(render::one_line(render::value_text(node.data)), kCellMost);
    Value rest = node.data;
    for (const auto& output : showing_.action.outputs) rest.erase(output.name);
    return rest.empty() ? "" : render::cut(render::one_line(base::json_text(rest)), kCellMost);
  }

  static bool has_data(const client::NodeResult& node) {
    return node.outcome == client::Outcome::ok || node.outcome == client::Outcome::failed;
  }

  static std::string cell_of(const client::NodeResult& node, const std::string& output) {
    const bool has_failed = node.outcome == client::Outcome::failed;
    if (!has_data(node) || !node.data.is_object()) return "";
    const auto found = node.data.find(output);
    if (found == node.data.end() || (has_failed && found->is_null())) return "";
    return render::cut(render::one_line(render::value_text(*found)), kCellMost);
  }

  const Showing showing_;
};

class SendersPresenter final : public Presenter {
 public:
  explicit SendersPresenter(Showing showing) : showing_(std::move(showing)) {}
  void took(const client::NodeResult& node) override {
    if (!showing_.sort && showing_.selection.shows(node))
      print(render::one_line(node.identity) + "\n");
  }
  void finished(const render::CallFrame& frame, const client::CallResult& result) override {
    if (showing_.sort)
      for (const auto& node : result.results)
        if (showing_.selection.shows(node)) print(render::one_line(node.identity) + "\n");
    note_missing(frame, result);
  }

 private:
  const Showing showing_;
};

}  // namespace

std::unique_ptr<Presenter> table_presenter(Showing showing) {
  return std::make_unique<TablePresenter>(std::move(showing));
}
std::unique_ptr<Presenter> senders_presenter(Showing showing) {
  return std::make_unique<SendersPresenter>(std::move(showing));
}

}  // namespace muster::cli
