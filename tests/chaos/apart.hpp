// A part of the kernel for one run: processes, mounts and networks that end with it, however it ends.
#pragma once

#include <filesystem>
#include <functional>

namespace muster::chaos {

// Where the run's files are, in memory; seen by nobody else.
inline constexpr auto kRunFolder = "/run/chaos";

// Calls `life` in a child that is process 1 of namespaces of its own (processes, mounts, network with nothing but lo), with a fresh
// kRunFolder as $TMPDIR. The exit code is what it gives; 128+N when signal N ended it or came to us: then all of it is
// killed, and the kernel takes down whatever it had set up. Needs root: an exception otherwise. Call it before there are threads.
int live_apart(const std::function<int()>& life);

}  // namespace muster::chaos
