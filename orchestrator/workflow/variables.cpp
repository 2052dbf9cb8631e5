#include "orchestrator/workflow/variables.hpp"

#include <fmt/format.h>

#include "proto/base/names.hpp"
#include "proto/base/nearest.hpp"

namespace muster::workflow {
namespace {

Result<Value> lookup(const std::string& name, const Variables& variables) {
  if (const auto at = variables.find(name); at != variables.end()) return at->second;
  std::vector<std::string> known;
  for (const auto& [variable, value] : variables) known.push_back(variable);
  return fail(Errc::missing_data, fmt::format("variable {} is not set{}", base::quoted(name),
                                              base::hint_for(name, known)));
}

// Whether a name stands behind the brace: then it is a variable that was not closed, and no brace of its own right.
bool begins_name(const std::string& text, std::size_t brace) {
  return brace != std::string::npos && brace + 1 < text.size() && text[brace + 1] >= 'a' &&
         text[brace + 1] <= 'z';
}

Result<Value> expand_text(const std::string& text, const Variables& variables) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const auto open = text.find('{', at);
    const auto close = open == std::string::npos ? open : text.find('}', open);
    if (close == std::string::npos) {
      if (begins_name(text, open))
        return fail(Errc::invalid_data,
                    fmt::format("a '{{' without its '}}' in {}", base::quoted(text)));
      out += text.substr(at);
      break;
    }
    MUSTER_ASSIGN(const Value value, lookup(text.substr(open + 1, close - open - 1), variables));
    if (open == 0 && close + 1 == text.size()) return value;
    out += text.substr(at, open - at);
    out += value.is_string() ? value.get<std::string>() : value.dump();
    at = close + 1;
  }
  return Value(out);
}

}  // namespace

Result<Value> expand(const Value& value, const Variables& variables) {
  if (value.is_string()) return expand_text(value.get<std::string>(), variables);
  if (!value.is_structured()) return value;
  Value out = value;
  for (auto& item : out) {
    MUSTER_ASSIGN(item, expand(item, variables));
  }
  return out;
}

}  // namespace muster::workflow
