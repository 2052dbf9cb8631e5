// Whether somebody pipes a list of nodes into this command.
#pragma once

#include <chrono>

namespace muster::cli {

// A socket that has bytes within `patience` (an ssh session's stdin), or a pipe at `fd` that gives bytes or its end within `patience`, or whose other end a process of our
// own process group holds: the rest of a shell's pipeline, however long it takes. A pipe of
// somebody else's that stays silent (of sshd, of a supervisor) is none of ours: waiting for its end
// would be waiting for ever. Linux only: reads /proc.
bool names_are_piped(int fd, std::chrono::milliseconds patience = std::chrono::milliseconds(200));

}  // namespace muster::cli
