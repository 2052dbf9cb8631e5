// Names of threads, as `ps -L`, `top -H` and debuggers show them.
#pragma once

#include <cstddef>
#include <string_view>

namespace muster::base {

// The kernel's limit, in bytes.
inline constexpr std::size_t kThreadNameMaxBytes = 15;

// Names the calling thread after what it does; what is longer than the limit is cut. Called first thing in a thread,
// because a new thread has the name of the one that started it. Not for a program's first thread: its name is the
// program's own, by which `pgrep` and `killall` find it. Cannot fail.
void name_thread(std::string_view name);

}  // namespace muster::base
