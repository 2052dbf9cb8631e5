// The ways to learn who a call is for.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "proto/base/result.hpp"

namespace muster::cli {

enum class Method {
  automatic,  // direct, snapshot, presence or broadcast, whichever fits the filter and who is there
  direct,     // names alone: nobody is asked
  snapshot,   // an orchestrator's answer, of presence and registry together
  presence,   // from what nodes keep on the bus
  broadcast,  // nodes judge the filter
  registry,   // an orchestrator that keeps what nodes register
  file,       // names in a file
  piped,      // names on stdin
  external,   // a program that speaks Choria's discovery protocol
};

std::string_view name_of(Method method);  // "stdin" for piped

// What --dm may say. Errc::config with the nearest name. "mc" is MCollective's word for broadcast,
// "flatfile" for file.
Result<Method> method_from(std::string_view name);
const std::vector<std::string>& method_names();

}  // namespace muster::cli
