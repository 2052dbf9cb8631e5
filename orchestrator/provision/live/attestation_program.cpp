#include "orchestrator/provision/live/attestation_program.hpp"

#include <nlohmann/json.hpp>

#include "orchestrator/admission/attestation.hpp"

namespace muster::provision {

Result<admission::Attestation> AttestationProgram::word(const Value& question) const {
  MUSTER_ASSIGN(const auto printed, program_.ask(question));
  auto word = admission::read_attestation(printed);
  if (!word) return fail(word.error().within(program_.name()));
  return word;
}

Result<admission::Attestation> AttestationProgram::ask(const Value& question) const {
  const auto began = std::chrono::steady_clock::now();
  auto said = word(question);
  if (!tell_) return said;
  const auto took = std::chrono::steady_clock::now() - began;
  MUSTER_TRY(tell_({question.at("token").value("id", ""), question.value("name", ""),
                    question.value("key", ""), question.value("address", ""),
                    said ? std::string(admission::name_of(said->word)) : "none",
                    said ? said->reason : said.error().message,
                    std::chrono::duration_cast<std::chrono::milliseconds>(took)}));
  return said;
}

}  // namespace muster::provision
