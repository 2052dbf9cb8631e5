// Output without colours, as tests compare it.
#pragma once

#include "orchestrator/cli/render/style.hpp"

namespace muster::cli::render {

inline const Style kPlain(false);

}  // namespace muster::cli::render
