#include "orchestrator/history/why.hpp"

#include <algorithm>

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

std::string cut(const std::string& text, std::size_t max) {
  if (text.size() <= max) return text;
  auto end = max;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0U) == 0x80U) --end;
  return text.substr(0, end);
}

std::string why_of(const client::Record& record) {
  auto text = cut(record.reason.substr(0, record.reason.find('\n')), kTextMaxBytes);
  replace_all(text, record.identity, "NODE");
  replace_all(text, record.master, "MASTER");
  return cut(without_numbers(text), kWhyMaxBytes);
}

}  // namespace muster::history
