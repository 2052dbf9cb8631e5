#include "orchestrator/provision/live/gone_program.hpp"

namespace muster::provision {

Result<GoneWord> GoneProgram::ask(const Value& question) const {
  MUSTER_ASSIGN(const auto printed, program_.ask(question));
  auto word = read_gone_word(printed);
  if (!word) return fail(word.error().within(program_.name()));
  return word;
}

}  // namespace muster::provision
