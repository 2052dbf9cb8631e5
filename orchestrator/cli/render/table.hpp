// Lines of aligned columns.
#pragma once

#include <string>
#include <vector>

#include "orchestrator/cli/render/style.hpp"

namespace muster::cli::render {

struct Cell {
  std::string text;  // any; table() puts it on one line and makes it printable
  Ink ink = Ink::plain;
};
using Row = std::vector<Cell>;

// The header first, without newlines. A line is at most `columns` wide: the last column is cut.
std::vector<std::string> table(const std::vector<std::string>& header, const std::vector<Row>& rows,
                               const Style& style, std::size_t columns);
// The same as one text, each line with its newline.
std::string table_text(const std::vector<std::string>& header, const std::vector<Row>& rows,
                       const Style& style, std::size_t columns);

}  // namespace muster::cli::render
