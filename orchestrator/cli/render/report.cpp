#include "orchestrator/cli/render/report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <set>

#include "orchestrator/cli/render/text.hpp"
#include "proto/base/names.hpp"
#include "proto/base/nearest.hpp"
#include "proto/filter/find_fact.hpp"

namespace muster::cli::render {
namespace {

constexpr std::string_view kFacts = "facts.";
constexpr std::string_view kSeparator = "%%";

const std::vector<std::string>& node_fields() {
  static const std::vector<std::string> names{"identity", "version",     "address",   "agents",
                                              "classes",  "collectives", "facts.NAME"};
  return names;
}
const std::vector<std::string>& frame_fields() {
  static const std::vector<std::string> names{"count", "time", "collective"};
  return names;
}

std::string words(const Value& value) {
  if (value.is_null()) return "";
  if (value.is_string()) return one_line(value.get_ref<const std::string&>());
  if (!value.is_array()) return base::json_text(value);
  std::string out;
  for (const auto& item : value) out += (out.empty() ? "" : ", ") + words(item);
  return out;
}

std::string aligned(const std::string& text, char align, std::size_t columns) {
  const auto has = width(text);
  if (has >= columns) return text;
  const auto room = columns - has;
  const auto left = align == '<' ? 0 : align == '>' ? room : room / 2;
  return std::string(left, ' ') + text + std::string(room - left, ' ');
}

}  // namespace

// One pass over the text, counting lines and columns for complaints.
class Report::Parser {
 public:
  Parser(std::string_view text, std::string_view name, std::size_t first_line,
         const std::vector<std::string>& known)
      : text_(text), name_(name), line_(first_line), known_(known) {}

  Result<Parts> parse() {
    Part part;
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if ((c == '{' || c == '}') && at_ + 1 < text_.size() && text_[at_ + 1] == c) {
        part.text += c;
        at_ += 2;
      } else if (c == '{') {
        MUSTER_TRY(placeholder(part));
        parts_.push_back(std::exchange(part, {}));
      } else if (c == '}') {
        return fail(wrong(at_, "a } that closes nothing; }} writes one"));
      } else {
        part.text += c;
        ++at_;
        if (c == '\n') ++line_, line_begin_ = at_;
      }
    }
    if (!part.text.empty()) parts_.push_back(std::move(part));
    return std::move(parts_);
  }

 private:
  Error wrong(std::size_t where, const std::string& what) const {
    const auto end = std::min(text_.find('\n', line_begin_), text_.size());
    const auto shown = one_line(text_.substr(line_begin_, end - line_begin_));
    const auto column = where - line_begin_;
    return {Errc::config, fmt::format("{}:{}:{}: {}\n  {}\n  {}^", name_, line_, column + 1, what,
                                      shown, std::string(column, ' '))};
  }

  Status placeholder(Part& part) {
    const auto begin = at_;
    const auto end = text_.find_first_of("}\n", at_);
    if (end == std::string_view::npos || text_[end] == '\n')
      return fail(wrong(begin, "a { without its }; {{ writes one"));
    const auto inside = text_.substr(begin + 1, end - begin - 1);
    const auto colon = inside.find(':');
    part.field = std::string(inside.substr(0, colon));
    if (!is_known(part.field))
      return fail(wrong(begin, fmt::format("unknown placeholder {}{}", base::quoted(part.field),
                                           base::hint_for(part.field, known_))));
    if (colon != std::string_view::npos)
      MUSTER_TRY(layout(inside.substr(colon + 1), begin + 1 + colon + 1, part));
    at_ = end + 1;
    return {};
  }

  bool is_known(const std::string& field) const {
    const bool facts = std::find(known_.begin(), known_.end(), "facts.NAME") != known_.end();
    if (facts && field.starts_with(kFacts) && field.size() > kFacts.size()) return true;
    return std::find(known_.begin(), known_.end(), field) != known_.end();
  }

  // [<>^]WIDTH[.MOST]
  Status layout(std::string_view spec, std::size_t where, Part& part) const {
    const auto complain = [&] {
      return fail(wrong(where, fmt::format("{} is no layout: it takes [<>^]WIDTH[.MOST], each up "
                                           "to {}, as in {{identity:<30.30}}",
                                           base::quoted(spec), kReportColumnsMax)));
    };
    if (!spec.empty() && std::string_view("<>^").find(spec.front()) != std::string_view::npos) {
      part.align = spec.front();
      spec.remove_prefix(1);
    }
    const auto dot = spec.find('.');
    const auto width_text = spec.substr(0, dot);
    if (!number(width_text, part.width) && !(width_text.empty() && dot != std::string_view::npos))
      return complain();
    if (dot != std::string_view::npos && !number(spec.substr(dot + 1), part.most))
      return complain();
    return {};
  }

  static bool number(std::string_view text, std::size_t& out) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
    return error == std::errc() && end == text.data() + text.size() && out >= 1 &&
           out <= kReportColumnsMax;
  }

  const std::string_view text_;
  const std::string_view name_;
  std::size_t at_ = 0;
  std::size_t line_ = 1;
  std::size_t line_begin_ = 0;
  const std::vector<std::string>& known_;
  Parts parts_;
};

Result<Report> Report::parse(std::string_view text, std::string_view name) {
  if (text.size() > kTemplateMaxBytes)
    return fail(Errc::limit, fmt::format("{}: a template of {} bytes; the limit is {}", name,
                                         text.size(), kTemplateMaxBytes));
  // Sections, each with the number of its first line.
  std::vector<std::pair<std::string, std::size_t>> sections{{"", 1}};
  std::size_t number = 0;
  while (!text.empty()) {
    const auto end = text.find('\n');
    const auto line = text.substr(0, end);
    ++number;
    if (line == kSeparator)
      sections.emplace_back("", number + 1);
    else
      sections.back().first += std::string(line) + "\n";
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  if (sections.size() > 3)
    return fail(Errc::config,
                fmt::format("{}:{}: a third line of %%; a template is header, line and footer",
                            name, sections[3].second - 1));
  Report report;
  const bool with_header = sections.size() > 1;
  const auto read = [&](std::size_t index, const auto& known) {
    return Parser(sections[index].first, name, sections[index].second, known).parse();
  };
  if (with_header) {
    MUSTER_ASSIGN(report.header_, read(0, frame_fields()));
  }
  MUSTER_ASSIGN(report.line_, read(with_header ? 1 : 0, node_fields()));
  if (sections.size() == 3) {
    MUSTER_ASSIGN(report.footer_, read(2, frame_fields()));
  }
  auto& fields = report.fields_;
  for (const auto& part : report.line_)
    if (!part.field.empty() && std::find(fields.begin(), fields.end(), part.field) == fields.end())
      fields.push_back(part.field);
  return report;
}

std::string Report::expand(const Parts& parts, const Value& from) {
  std::string out;
  for (const auto& part : parts) {
    out += part.text;
    if (part.field.empty()) continue;
    auto text = words(report_value(from, part.field));
    if (part.most > 0) text = cut(text, part.most);
    out += aligned(text, part.align, part.width);
  }
  return out;
}

Value report_value(const Value& node, std::string_view field) {
  if (field.starts_with(kFacts)) {
    if (!node.contains("facts")) return {};
    const auto* found = filter::find_fact(node.at("facts"), field.substr(kFacts.size()));
    return found == nullptr ? Value() : *found;
  }
  const auto found = node.find(field);
  return found == node.end() ? Value() : *found;
}

std::string collective_graph(const std::vector<Value>& nodes) {
  // Identities and collectives are words without quotes or backslashes; checked, for they are a
  // node's word.
  const auto is_name = [](const Value& name) {
    return name.is_string() && base::check_caller(name.get_ref<const std::string&>());
  };
  std::set<std::string> lines;
  for (const auto& node : nodes) {
    if (!is_name(node.at("identity"))) continue;
    for (const auto& collective : node.value("collectives", Value::array()))
      if (is_name(collective))
        lines.insert(fmt::format("  \"collective {}\" -- \"{}\";\n", collective.get<std::string>(),
                                 node.at("identity").get<std::string>()));
  }
  std::string out = "graph collectives {\n  rankdir=LR;\n  node [shape=plaintext];\n";
  for (const auto& line : lines) out += line;
  return out + "}\n";
}

}  // namespace muster::cli::render
