#include <string>

#include "orchestrator/cli/completion/completion.hpp"

namespace muster::cli {
namespace {

class Splitter {
 public:
  void take(char c) {
    if (escaped_)
      take_escaped(c);
    else if (quote_ != '\'' && c == '\\')
      escaped_ = true;
    else if (quote_ != 0 && c == quote_)
      quote_ = 0;
    else if (quote_ == 0 && (c == '\'' || c == '"'))
      quote_ = c;
    else if (quote_ == 0 && (c == ' ' || c == '\t' || c == '\n'))
      end_word();
    else
      words_.back() += c;
    if (quote_ != 0) quoted_ = true;
  }
  std::vector<std::string> words() && { return std::move(words_); }

 private:
  // Within double quotes a backslash escapes but a few.
  void take_escaped(char c) {
    const bool stays = quote_ == '"' && c != '"' && c != '\\' && c != '$' && c != '`';
    if (stays) words_.back() += '\\';
    words_.back() += c;
    escaped_ = false;
  }
  void end_word() {
    if (!words_.back().empty() || quoted_) words_.emplace_back();
    quoted_ = false;
  }

  std::vector<std::string> words_{1};
  char quote_ = 0;
  bool escaped_ = false;
  bool quoted_ = false;  // so that '' is a word
};

}  // namespace

std::vector<std::string> shell_words(std::string_view line) {
  Splitter splitter;
  for (const char c : line) splitter.take(c);
  return std::move(splitter).words();
}

std::string for_bash(const std::string& suggestion, std::string_view typed,
                     std::string_view breaks) {
  std::size_t from = 0;
  for (std::size_t i = 0; i < typed.size() && i < suggestion.size(); ++i)
    if (typed[i] != ' ' && breaks.find(typed[i]) != std::string_view::npos) from = i + 1;
  constexpr std::string_view kRead = " \t\n\\'\"`$&|;<>()[]{}*?!#~";
  std::string out;
  for (const char c : suggestion.substr(from)) {
    if (kRead.find(c) != std::string_view::npos) out += '\\';
    out += c;
  }
  return out;
}

}  // namespace muster::cli
