#include "orchestrator/workflow/templates.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "proto/base/names.hpp"

namespace muster::workflow {
namespace {

bool is_of_a_word(char c) {
  return (c >= 'a' && c <= 'z') || c == '_';
}

// What a text consists of, one after the other: plain text, then a name, or the end.
struct Piece {
  std::string plain;
  std::string name;
  bool has_name = false;
};

class Pieces {
 public:
  explicit Pieces(std::string_view text) : text_(text) {}
  bool at_end() const { return at_ >= text_.size(); }

  Result<Piece> next() {
    Piece piece;
    while (!at_end()) {
      if (take("$${")) {
        piece.plain += "${";
      } else if (take("${")) {
        MUSTER_ASSIGN(piece.name, name());
        piece.has_name = true;
        return piece;
      } else {
        piece.plain += text_[at_++];
      }
    }
    return piece;
  }

 private:
  bool take(std::string_view token) {
    if (!text_.substr(at_).starts_with(token)) return false;
    at_ += token.size();
    return true;
  }

  Result<std::string> name() {
    const auto close = text_.find('}', at_);
    if (close == std::string_view::npos)
      return fail(Errc::config,
                  fmt::format("a '${{' without its '}}' in {}", base::quoted(std::string(text_))));
    std::string found(text_.substr(at_, close - at_));
    at_ = close + 1;
    if (found.empty()) return fail(Errc::config, "'${}' names nothing");
    return found;
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

Result<Value> expand_text(const std::string& text, const Values& values) {
  std::string out;
  for (Pieces pieces(text); !pieces.at_end();) {
    MUSTER_ASSIGN(const auto piece, pieces.next());
    out += piece.plain;
    if (!piece.has_name) continue;
    const auto* value = values.find(piece.name);
    if (value == nullptr)
      return fail(Errc::missing_data, fmt::format("there is no {}", base::quoted(piece.name)));
    if (out.empty() && pieces.at_end()) return *value;
    out += value->is_string() ? value->get<std::string>() : value->dump();
  }
  return Value(out);
}

// What {name} was until templates got their dollar.
std::string new_form_of(const std::string& word) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 6> kNow{
      {{"identity", "node.identity"},
       {"master", "master.identity"},
       {"master_address", "master.address"},
       {"master_ca", "master.ca"},
       {"extensions", "token.extensions"},
       {"alternative_names", "token.alternative_names"}}};
  for (const auto& [old, now] : kNow)
    if (word == old) return std::string(now);
  return "steps.STEP." + word;
}

// {word} without a dollar before it.
Status check_no_old_form(const std::string& text) {
  for (auto open = text.find('{'); open != std::string::npos; open = text.find('{', open + 1)) {
    const auto close = text.find('}', open);
    if (close == std::string::npos) return {};
    const auto word = text.substr(open + 1, close - open - 1);
    const bool old = (open == 0 || text[open - 1] != '$') && !word.empty() &&
                     std::all_of(word.begin(), word.end(), is_of_a_word);
    if (old)
      return fail(Errc::config,
                  fmt::format("{{{}}} is written ${{{}}} now", word, new_form_of(word)));
  }
  return {};
}

Status add_names(const std::string& text, std::vector<std::string>& names) {
  MUSTER_TRY(check_no_old_form(text));
  for (Pieces pieces(text); !pieces.at_end();) {
    MUSTER_ASSIGN(auto piece, pieces.next());
    if (piece.has_name) names.push_back(std::move(piece.name));
  }
  return {};
}

Status add_names(const Value& value, std::vector<std::string>& names) {
  if (value.is_string()) return add_names(value.get<std::string>(), names);
  if (!value.is_structured()) return {};
  for (const auto& item : value) MUSTER_TRY(add_names(item, names));
  return {};
}

std::string renamed_text(const std::string& text,
                         const std::function<std::string(const std::string&)>& rename) {
  std::string out;
  for (Pieces pieces(text); !pieces.at_end();) {
    const auto piece = pieces.next();
    if (!piece) return text;
    for (auto rest = std::string_view(piece->plain); !rest.empty(); rest.remove_prefix(1)) {
      if (rest.starts_with("${")) out += '$';  // it was escaped, and stays so
      out += rest.front();
    }
    if (piece->has_name) out += "${" + rename(piece->name) + "}";
  }
  return out;
}

}  // namespace

Result<Value> expand(const Value& value, const Values& values) {
  if (value.is_string()) return expand_text(value.get<std::string>(), values);
  if (!value.is_structured()) return value;
  Value out = value;
  for (auto& item : out) {
    MUSTER_ASSIGN(item, expand(item, values));
  }
  return out;
}

Value renamed(const Value& value, const std::function<std::string(const std::string&)>& rename) {
  if (value.is_string()) return renamed_text(value.get<std::string>(), rename);
  Value out = value;
  if (out.is_structured())
    for (auto& item : out) item = renamed(item, rename);
  return out;
}

Result<std::vector<std::string>> names_in(const Value& value) {
  std::vector<std::string> names;
  MUSTER_TRY(add_names(value, names));
  return names;
}

}  // namespace muster::workflow
