#include "orchestrator/cli/output.hpp"

#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <nlohmann/json.hpp>
#include <string>

#include "proto/base/printable.hpp"

namespace muster::cli {
namespace {

constexpr std::size_t kAnswerMaxBytes = 16;  // of a line; none that is longer says yes

std::atomic<int> write_error{0};  // errno of the last write that was not whole

// Nobody else's line looks like one of ours: those behind the first are indented.
std::string indented_from_second(std::string_view text) {
  std::string out;
  bool begins = false;
  for (const char c : text) {
    if (begins && c != ' ' && c != '\n') out += "  ";
    begins = c == '\n';
    out += c;
  }
  return out;
}

}  // namespace

void print(std::string_view text) {
  errno = 0;
  const bool whole = std::fwrite(text.data(), 1, text.size(), stdout) == text.size();
  // A reader that has seen enough, as head(1), is no error.
  if ((!whole || std::fflush(stdout) != 0) && errno != EPIPE) write_error = errno;
}

std::string output_error() {
  return write_error == 0 ? "" : std::strerror(write_error);
}

void print_json(const Value& document) {
  print(base::json_text(document, 2) + "\n");
}
void print_json_line(const Value& document) {
  print(base::json_text(document) + "\n");
}

bool can_ask(bool json) {
  return !json && ::isatty(STDIN_FILENO) != 0 && ::isatty(STDOUT_FILENO) != 0;
}

bool agreed(std::string_view question) {
  std::fflush(stdout);
  std::fwrite(question.data(), 1, question.size(), stderr);
  std::string answer;
  for (int c = std::fgetc(stdin); c != EOF && c != '\n'; c = std::fgetc(stdin))
    if (answer.size() <= kAnswerMaxBytes) answer += static_cast<char>(c);
  return answer == "y" || answer == "yes";
}

void note(std::string_view text) {
  std::fflush(stdout);
  const std::string line = "muster: " + indented_from_second(base::printable(text)) + "\n";
  std::fwrite(line.data(), 1, line.size(), stderr);
}

}  // namespace muster::cli
