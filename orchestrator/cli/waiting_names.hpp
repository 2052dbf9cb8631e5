// Machines that wait for a name that is taken: which of them an operator means, and that they are those that were seen.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "orchestrator/cli/program.hpp"
#include "orchestrator/client/records.hpp"
#include "proto/base/result.hpp"

namespace muster::client {
class Link;
}

namespace muster::cli {

struct CallOptions;

inline constexpr std::size_t kKeyDigitsMin =
    16;  // as people are sent; fewer could be found by trying

struct WaitingNames {
  std::vector<std::string> names = {};
  bool all_waiting = false;
  std::vector<std::string> keys =
      {};  // of each of `names`, in their order: the beginning of its fingerprint
};

// Before anybody is asked: Errc::config when nothing was said, or names and a filter both, what is no node's name, a key that
// is too short, or not as many keys as names.
Status check_waiting_names(const WaitingNames& choice, const CallOptions& call);

// Records that have a claim, sorted by name; of names that were said each must (Errc::not_found), in their order.
Result<std::vector<client::Record>> who_wait(client::Link& link, const WaitingNames& choice,
                                             const CallOptions& call);

// Whoever waits by now may have come in the place of the machine that somebody was told of, so a name alone approves nobody:
// the keys were given (Errc::refused: another waits), or somebody looks at them on a terminal (Errc::aborted: no; Errc::config
// where nobody can be asked).
Status check_seen(const CommonOptions& common, const WaitingNames& choice,
                  const std::vector<client::Record>& records);

}  // namespace muster::cli
