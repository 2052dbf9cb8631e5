#include "orchestrator/workflow/texts.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "proto/base/names.hpp"

namespace muster::workflow {
namespace {

// From `from` on; npos: none.
std::size_t mark_in(std::string_view text, std::size_t from) {
  for (auto at = text.find(kFileMark, from); at != std::string_view::npos;
       at = text.find(kFileMark, at + 1))
    if (at == 0 || text[at - 1] == '\n') return at;
  return std::string_view::npos;
}

void add(std::string& whole, std::string_view text) {
  whole += text;
  if (!whole.empty() && whole.back() != '\n') whole += '\n';
}

}  // namespace

const std::string* Texts::find(std::string_view file) const {
  const auto at = std::find_if(inner.begin(), inner.end(),
                               [file](const auto& each) { return each.first == file; });
  return at == inner.end() ? nullptr : &at->second;
}

Status check_joinable(std::string_view file, std::string_view text) {
  const bool one_line =
      std::none_of(file.begin(), file.end(), [](unsigned char c) { return c < ' '; });
  if (!one_line)
    return fail(Errc::config, fmt::format("{} is no name of a file", base::quoted(file)));
  if (mark_in(text, 0) == std::string_view::npos) return {};
  return fail(Errc::config,
              fmt::format("no line of {} may begin with {}: it ends a workflow's text",
                          base::quoted(file), base::quoted(kFileMark)));
}

std::string join_texts(const Texts& texts) {
  if (texts.inner.empty()) return texts.main;
  std::string whole;
  add(whole, texts.main);
  for (const auto& [file, text] : texts.inner) {
    whole += fmt::format("{}{}\n", kFileMark, file);
    add(whole, text);
  }
  return whole;
}

Texts split_texts(std::string_view whole) {
  auto end = mark_in(whole, 0);
  Texts texts{std::string(whole.substr(0, end)), {}};
  while (end != std::string_view::npos) {
    const auto name = end + kFileMark.size();
    const auto line_end = std::min(whole.find('\n', name), whole.size());
    const auto begin = std::min(line_end + 1, whole.size());
    end = mark_in(whole, begin);
    texts.inner.emplace_back(
        whole.substr(name, line_end - name),
        whole.substr(begin, end == std::string_view::npos ? end : end - begin));
  }
  return texts;
}

}  // namespace muster::workflow
