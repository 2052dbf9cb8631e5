// A list in JSON that an orchestrator keeps in its state folder, read entry by entry. A damaged one never keeps it from starting:
// what can be read of it counts, and others still have the rest.
#pragma once

#include <filesystem>
#include <functional>
#include <string_view>

#include "proto/base/result.hpp"
#include "proto/base/value.hpp"

namespace muster::provision {

struct KeptListWords {
  std::string_view what;  // "list of bans"
  std::string_view then;  // what follows when it is damaged: base::Damage
};

// Gives each entry to `take`, whose first error is logged with the entry's number, from 1. When the file is no list, larger than
// `max_bytes`, or has an entry that `take` refuses, it is kept aside (base::keep_aside), and the others count all the same. True
// when it was: then write it anew, whatever is left. Until then the damaged one stands there, and is read again by the next
// start. A missing file is an empty list. Errc::io when it cannot be read.
Result<bool> read_kept_list(const std::filesystem::path& file, std::size_t max_bytes,
                            const KeptListWords& words,
                            const std::function<Status(const Value& entry)>& take);

// Replaces the file, for its owner alone. Errc::limit, and the file stays as it was, when read_kept_list() with `max_bytes` would take
// it for damaged: what it says would be forgotten at the next start. Errc::io.
Status write_kept_list(const std::filesystem::path& file, std::size_t max_bytes,
                       std::string_view text);

}  // namespace muster::provision
