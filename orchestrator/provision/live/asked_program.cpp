#include "orchestrator/provision/live/asked_program.hpp"

#include <fmt/format.h>
#include <sys/eventfd.h>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <utility>

#include "proto/base/child.hpp"
#include "proto/base/guard.hpp"
#include "proto/base/names.hpp"

namespace muster::provision {
namespace {

bool is_file_of_its_own(const std::string& word) {
  std::error_code ignored;
  return word.starts_with('/') && std::filesystem::is_regular_file(word, ignored);
}

}  // namespace

Status check_asked_program(const std::vector<std::string>& argv) {
  MUSTER_TRY(base::check_guard(argv.front(), base::Guard::program));
  for (std::size_t i = 1; i < argv.size(); ++i)
    if (is_file_of_its_own(argv[i])) MUSTER_TRY(base::check_guard(argv[i], base::Guard::program));
  return {};
}

AskedProgram::AskedProgram(std::vector<std::string> argv, std::chrono::milliseconds patience)
    : argv_(std::move(argv)), patience_(patience), stopping_(::eventfd(0, EFD_CLOEXEC)) {}

void AskedProgram::stop() {
  ::eventfd_write(stopping_.get(), 1);
}

Result<std::string> AskedProgram::ask(const Value& question) const {
  MUSTER_TRY(check_asked_program(argv_));
  base::ChildSpec spec;
  spec.argv = argv_;
  spec.input = question.dump(-1, ' ', false, Value::error_handler_t::replace) + "\n";
  spec.timeout = patience_;
  spec.output_max_bytes = kAskedOutputMaxBytes;
  spec.output_deadly_bytes = 2 * kAskedOutputMaxBytes;
  spec.cancel_fd = stopping_.get();
  auto result = base::run_child(spec);
  if (!result) return fail(result.error().within(name()));
  if (result->exit_code != 0)
    return fail(Errc::aborted, fmt::format("{} ended with {}: {}", name(), result->exit_code,
                                           base::quoted(result->err)));
  return std::move(result->out);
}

}  // namespace muster::provision
