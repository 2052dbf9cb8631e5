#include <cstdio>
#include <cstdlib>

#include "orchestrator/cli/program.hpp"

int main(int argc, char** argv) {
  const int code = muster::cli::run_program(argc, argv);
  std::fflush(nullptr);
  std::_Exit(code);  // see LeaveAndExit in session.hpp
}
