#include "orchestrator/provision/live/gone_program.hpp"

#include <fmt/format.h>
#include <sys/eventfd.h>

#include <nlohmann/json.hpp>

#include "proto/base/child.hpp"
#include "proto/base/guard.hpp"
#include "proto/base/names.hpp"

namespace muster::provision {

GoneProgram::GoneProgram(std::filesystem::path program)
    : program_(std::move(program)), stopping_(::eventfd(0, EFD_CLOEXEC)) {}

void GoneProgram::stop() {
  ::eventfd_write(stopping_.get(), 1);
}

Result<GoneWord> GoneProgram::ask(const Value& question) const {
  MUSTER_TRY(base::check_guard(program_, base::Guard::program));
  base::ChildSpec spec;
  spec.argv = {program_.string()};
  spec.input = question.dump(-1, ' ', false, Value::error_handler_t::replace) + "\n";
  spec.timeout = kGonePatience;
  spec.output_max_bytes = kGoneOutputMaxBytes;
  spec.output_deadly_bytes = 2 * kGoneOutputMaxBytes;
  spec.cancel_fd = stopping_.get();
  auto result = base::run_child(spec);
  if (!result) return fail(result.error().within(program_.string()));
  if (result->exit_code != 0)
    return fail(Errc::aborted, fmt::format("{} ended with {}: {}", program_.string(),
                                           result->exit_code, base::quoted(result->err)));
  auto word = read_gone_word(result->out);
  if (!word) return fail(word.error().within(program_.string()));
  return word;
}

}  // namespace muster::provision
