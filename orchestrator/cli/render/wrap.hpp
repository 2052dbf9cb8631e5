// Text in lines.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace muster::cli::render {

inline constexpr std::size_t kPageColumns = 80;  // of help and documentation

// `text` in lines of at most `columns`, each behind `indent` blanks; words longer than that stay whole. Line breaks in the
// text are kept, other control characters made visible. Ends with a newline unless the text is empty.
std::string wrapped(std::string_view text, std::size_t indent, std::size_t columns = kPageColumns);

// `label`, padded to `column`, then the text, its further lines below the first.
std::string labelled(std::string_view label, std::string_view text, std::size_t column,
                     std::size_t columns = kPageColumns);

}  // namespace muster::cli::render
