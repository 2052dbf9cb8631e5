// What a step has the orchestrator run.
#pragma once

#include "orchestrator/workflow/workflow.hpp"
#include "proto/base/result.hpp"

namespace muster::workflow {

inline constexpr std::size_t kCommandWordsMax = 64;
inline constexpr std::size_t kProgramOutputsMax = 32;

// with: {command: [/path, words…], input: {…}}. The program itself stands there as it is run: nobody looks it up, and no template
// says which. Errc::config.
Status check_program(const Step& step);

}  // namespace muster::workflow
