#include "orchestrator/cli/render/style.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdlib>

namespace muster::cli::render {
namespace {

// SGR parameters (ECMA-48, 8.3.117).
std::string_view code_of(Ink ink) {
  switch (ink) {
    case Ink::plain:
      return "";
    case Ink::bold:
      return "1";
    case Ink::dim:
      return "2";
    case Ink::red:
      return "31";
    case Ink::green:
      return "32";
    case Ink::yellow:
      return "33";
  }
  return "";
}

std::string_view environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string_view() : std::string_view(value);
}

}  // namespace

Style Style::of(int fd) {
  return Style(is_terminal(fd) && environment("NO_COLOR").empty() && environment("TERM") != "dumb");
}

std::string Style::operator()(Ink ink, std::string_view text) const {
  if (!colour_ || ink == Ink::plain || text.empty()) return std::string(text);
  return "\x1b[" + std::string(code_of(ink)) + "m" + std::string(text) + "\x1b[0m";
}

bool is_terminal(int fd) {
  return ::isatty(fd) == 1;
}

int columns_of(int fd) {
  winsize size{};
  if (!is_terminal(fd) || ::ioctl(fd, TIOCGWINSZ, &size) != 0 || size.ws_col == 0)
    return kColumnsWithoutTerminal;
  return size.ws_col;
}

}  // namespace muster::cli::render
