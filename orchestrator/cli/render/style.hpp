// Colour, where a person looks at it.
#pragma once

#include <string>
#include <string_view>

namespace muster::cli::render {

enum class Ink { plain, bold, dim, red, green, yellow };

class Style {
 public:
  explicit Style(bool colour) : colour_(colour) {}
  // Colour on a terminal only, and neither with NO_COLOR (https://no-color.org) nor on TERM=dumb.
  static Style of(int fd);
  std::string operator()(Ink ink, std::string_view text) const;
  bool colour() const { return colour_; }

 private:
  bool colour_;
};

inline constexpr int kColumnsWithoutTerminal = 100;

bool is_terminal(int fd);
int columns_of(int fd);  // kColumnsWithoutTerminal when it is none

}  // namespace muster::cli::render
