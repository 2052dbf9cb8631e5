// muster puppet runonce and runall.
#pragma once

#include "orchestrator/cli/program.hpp"

namespace muster::cli {

void add_puppet_runonce(Program& program, Command group);
void add_puppet_runall(Program& program, Command group);

}  // namespace muster::cli
