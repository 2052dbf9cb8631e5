#include "orchestrator/admission/attestation.hpp"

#include <fmt/format.h>

#include <map>
#include <nlohmann/json.hpp>
#include <utility>

#include "proto/base/names.hpp"

namespace muster::admission {
namespace {

using Word = Attestation::Word;

std::string with_reason(const char* what, const std::string& reason) {
  return reason.empty() ? std::string(what) : fmt::format("{}: {}", what, reason);
}

}  // namespace

Value attestation_question(const OpenedAnnouncement& opened, const Applicant& applicant) {
  const auto& announce = opened.announce;
  return {{"name", applicant.identity},
          {"master", applicant.master()},
          {"address", applicant.address},
          {"facts", announce.facts.value_or(Value::object())},
          {"key", applicant.key_fingerprint},
          {"alternative_names", applicant.alternative_names},
          {"extensions", applicant.extensions},
          {"version", announce.version},
          {"token", {{"id", applicant.token.id}, {"issuer", applicant.issuer_serial}}},
          {"proves_old_certificate", applicant.old ? applicant.old->fingerprint : ""}};
}

Result<Attestation> read_attestation(std::string_view printed) {
  static const std::map<std::string, Word> words{
      {"admit", Word::admit}, {"refuse", Word::refuse}, {"wait", Word::wait}};
  const auto json = Value::parse(printed, nullptr, false);
  const auto wrong =
      fail(Errc::invalid_data, fmt::format("it must print {{\"verdict\": \"admit\", \"refuse\" or "
                                           "\"wait\", \"reason\": TEXT}}, not {}",
                                           base::quoted(printed.empty() ? "nothing" : printed)));
  if (!json.is_object() || json.size() > 2) return wrong;
  const auto verdict = json.find("verdict");
  const auto reason = json.find("reason");
  if (verdict == json.end() || !verdict->is_string()) return wrong;
  if (json.size() == 2 && (reason == json.end() || !reason->is_string())) return wrong;
  const auto word = words.find(verdict->get<std::string>());
  if (word == words.end()) return wrong;
  return Attestation{word->second, reason == json.end() ? "" : reason->get<std::string>()};
}

std::string_view name_of(Word word) {
  if (word == Word::admit) return "admit";
  return word == Word::refuse ? "refuse" : "wait";
}

Verdict attested(const Case& it, Verdict verdict) {
  if (verdict.decision != Decision::admit || !it.rules.attestation) return verdict;
  if (!it.attestation) return {Decision::attest, Ground::none, ""};
  switch (it.attestation->word) {
    case Word::admit:
      return verdict;
    case Word::refuse:
      return {Decision::refuse, Ground::none,
              with_reason("this site's attestation refuses it", it.attestation->reason)};
    case Word::wait:
      break;
  }
  return {Decision::later, Ground::none,
          with_reason("this site's attestation lets it wait", it.attestation->reason)};
}

}  // namespace muster::admission
