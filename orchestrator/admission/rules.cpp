#include "orchestrator/admission/rules.hpp"

#include <fmt/format.h>

#include <array>

#include "proto/base/names.hpp"
#include "proto/base/nearest.hpp"

namespace muster::admission {
namespace {

constexpr std::array kModes{ReplaceNames::approval, ReplaceNames::exact_token,
                            ReplaceNames::any_token};

}  // namespace

std::string_view name_of(ReplaceNames mode) {
  switch (mode) {
    case ReplaceNames::approval:
      return "approval";
    case ReplaceNames::exact_token:
      return "exact-token";
    case ReplaceNames::any_token:
      break;
  }
  return "any-token";
}

Result<ReplaceNames> replace_names_from(std::string_view text) {
  std::vector<std::string> known;
  for (const auto mode : kModes) {
    if (text == name_of(mode)) return mode;
    known.emplace_back(name_of(mode));
  }
  return fail(Errc::config,
              fmt::format("{} is none of approval, exact-token and any-token{}", base::quoted(text),
                          base::hint_for(std::string(text), known)));
}

}  // namespace muster::admission
