#include "orchestrator/cli/output.hpp"

#include <cstdio>
#include <nlohmann/json.hpp>
#include <string>

namespace muster::cli {
namespace {

// What nodes send may not be UTF-8; a document must be.
std::string dumped(const Value& document, int indentation) {
  return document.dump(indentation, ' ', false, Value::error_handler_t::replace) + "\n";
}

}  // namespace

void print(std::string_view text) {
  std::fwrite(text.data(), 1, text.size(), stdout);
  std::fflush(stdout);
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
