#include "orchestrator/cli/output.hpp"

#include <atomic>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <nlohmann/json.hpp>
#include <string>

namespace muster::cli {
namespace {

std::atomic<int> failed{0};  // errno of the last write that was not whole

// What nodes send may not be UTF-8; a document must be.
std::string dumped(const Value& document, int indentation) {
  return document.dump(indentation, ' ', false, Value::error_handler_t::replace) + "\n";
}

}  // namespace

void print(std::string_view text) {
  errno = 0;
  const bool whole = std::fwrite(text.data(), 1, text.size(), stdout) == text.size();
  // A reader that has seen enough, as head(1), is no error.
  if ((!whole || std::fflush(stdout) != 0) && errno != EPIPE) failed = errno;
}

std::string output_error() {
  return failed == 0 ? "" : std::strerror(failed);
}

void print_json(const Value& document) {
  print(dumped(document, 2));
}
void print_json_line(const Value& document) {
  print(dumped(document, -1));
}

void note(std::string_view text) {
  std::fflush(stdout);
  const std::string line = "muster: " + std::string(text) + "\n";
  std::fwrite(line.data(), 1, line.size(), stderr);
}

}  // namespace muster::cli
