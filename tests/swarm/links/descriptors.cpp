#include "tests/swarm/links/descriptors.hpp"

#include <fmt/format.h>
#include <sys/resource.h>

namespace muster::swarm {
namespace {

constexpr std::size_t kBeside = 100;  // libraries' files, epoll, logs

}  // namespace

Status make_room_for(std::size_t needed) {
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
  if (limit.rlim_max >= needed + kBeside) return {};
  return fail(
      Errc::limit,
      fmt::format("{} nodes need {} open files, and this process may have {}: raise the hard limit "
                  "(`ulimit -Hn`, LimitNOFILE= of a unit, --ulimit nofile= of a container), also "
                  "for the broker, or ask for fewer nodes",
                  needed, needed + kBeside, limit.rlim_max));
}

}  // namespace muster::swarm
