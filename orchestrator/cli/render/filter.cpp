#include "orchestrator/cli/render/filter.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "orchestrator/cli/render/text.hpp"

namespace muster::cli::render {
namespace {

using filter::Explanation;
using filter::Truth;

constexpr std::size_t kTermColumnsMax = 60;  // before what stood there
constexpr std::string_view kMark = "→ ";
constexpr std::string_view kNoMark = "  ";

struct Line {
  const Explanation* explanation;
  std::string tree;  // branches and term
};

std::string term_of(const Explanation& explanation) {
  const auto term = one_line(explanation.term);
  return explanation.option.empty() ? term : fmt::format("{} {}", explanation.option, term);
}

// `branch` stands in front of this term, `below` in front of its parts.
void collect(const Explanation& explanation, const std::string& branch, const std::string& below,
             std::vector<Line>& lines) {
  lines.push_back({&explanation, branch + term_of(explanation)});
  for (std::size_t i = 0; i < explanation.parts.size(); ++i) {
    const bool last = i + 1 == explanation.parts.size();
    collect(explanation.parts[i], below + (last ? "└─ " : "├─ "), below + (last ? "   " : "│  "),
            lines);
  }
}

bool leaf(const Line& line) {
  return line.explanation->parts.empty();
}

Ink ink_of(const Explanation& explanation) {
  if (!explanation.decided) return Ink::dim;
  if (explanation.answer == Truth::broken) return Ink::yellow;
  return explanation.answer == Truth::yes ? Ink::green : Ink::red;
}

}  // namespace

std::string match_text(bool matches, const Style& style) {
  return style(matches ? Ink::green : Ink::red, matches ? "match" : "no match") + "\n";
}

std::string explanation_text(const Explanation& root, const Style& style, std::size_t columns) {
  std::vector<Line> lines;
  collect(root, "", "", lines);
  const bool marked = std::any_of(lines.begin(), lines.end(), [](const Line& line) {
    return leaf(line) && !line.explanation->decided;
  });
  std::size_t answers = 0;
  std::size_t terms = 0;
  for (const auto& line : lines) {
    answers = std::max(answers, width(name_of(line.explanation->answer)));
    if (leaf(line)) terms = std::max(terms, std::min(width(line.tree), kTermColumnsMax));
  }
  std::string out;
  for (const auto& line : lines) {
    const auto& explanation = *line.explanation;
    std::string text =
        marked ? std::string(leaf(line) && explanation.decided ? kMark : kNoMark) : "";
    const auto answer = pad(name_of(explanation.answer), answers) + "  ";
    const auto used = width(text) + width(answer);
    text += style(ink_of(explanation), answer);
    const auto room = columns > used ? columns - used : 0;
    const auto found = one_line(explanation.found);
    text += found.empty() ? cut(line.tree, room) : cut(pad(line.tree, terms) + "  " + found, room);
    out += text.substr(0, text.find_last_not_of(' ') + 1) + "\n";
  }
  if (marked) out += "\n" + style(Ink::dim, std::string(kMark) + "decided it") + "\n";
  return out;
}

Value explanation_json(const Explanation& explanation) {
  Value out{{"term", explanation.term},
            {"answer", name_of(explanation.answer)},
            {"decided", explanation.decided}};
  if (!explanation.option.empty()) out["option"] = explanation.option;
  if (!explanation.found.empty()) out["found"] = explanation.found;
  if (!explanation.parts.empty()) out["parts"] = Value::array();
  for (const auto& part : explanation.parts) out["parts"].push_back(explanation_json(part));
  return out;
}

}  // namespace muster::cli::render
