#include "orchestrator/history/why.hpp"

#include "proto/base/utf8.hpp"

namespace muster::history {
namespace {

void replace_all(std::string& text, const std::string& what, const std::string& with) {
  if (what.empty()) return;
  for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + with.size()))
    text.replace(at, what.size(), with);
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// Digits in a row are one '#'.
std::string without_numbers(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (!is_digit(c))
      out += c;
    else if (out.empty() || out.back() != '#')
      out += '#';
  }
  return out;
}

}  // namespace

std::string why_of(const client::Record& record) {
  const auto line = record.reason.substr(0, record.reason.find('\n'));
  auto text = std::string(base::utf8_prefix(line, kTextMaxBytes));
  replace_all(text, record.identity, "NODE");
  replace_all(text, record.master, "MASTER");
  return std::string(base::utf8_prefix(without_numbers(text), kWhyMaxBytes));
}

}  // namespace muster::history
