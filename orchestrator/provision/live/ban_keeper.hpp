// An orchestrator's part in bans: it numbers and signs them, and remembers them on disk.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <string>

#include "orchestrator/client/bans.hpp"
#include "proto/base/guarded.hpp"
#include "proto/base/result.hpp"
#include "proto/base/value.hpp"

namespace muster::client {
class Link;
}

namespace muster::provision {

inline constexpr std::size_t kBansFileMaxBytes = 32 * 1024 * 1024;

// Thread-safe. The link must outlive it.
class BanKeeper {
 public:
  // Believes what the file says (0600, our own, hence unsigned). A damaged one is put aside (read_kept_list): what can be
  // read of it counts, and what the bus retains; nothing with an older number than that is believed. Errc::io when it cannot
  // be read.
  static Result<std::unique_ptr<BanKeeper>> open(client::Link& link, std::filesystem::path file);

  // Signs and publishes; waits for the broker's word. One that stands already, for the same reason, is given as it
  // is: every orchestrator that hears a request carries it out. Errc::aborted when there is nothing to lift, or
  // something newer was heard meanwhile; Errc::refused while somebody has used the numbers up
  // (admission::check_own_number).
  // Of `why` control characters are made visible.
  Result<client::Ban> ban(const std::string& identity, const std::string& why,
                          const std::string& by);
  Result<client::Ban> lift(const std::string& identity, const std::string& by);

  // Signs all anew when it is time, and those whose signer was revoked at once; writes the file when
  // something changed. Problems are logged and tried again at the next call.
  void keep();

 private:
  BanKeeper(client::Link& link, std::filesystem::path file);
  struct Kept {
    std::int64_t signed_at_ms = 0;
    std::map<std::string, std::uint64_t> saved;  // name -> number in the file
    bool is_damaged = false;                     // the file, until it is written anew
  };
  Status load();
  Status believe(const Value& entry);
  Status save(Kept& kept);
  Status sign(client::Ban ban);
  Result<client::Ban> change(client::Ban ban);

  client::Link& link_;
  const std::filesystem::path file_;
  base::Guarded<Kept> kept_;  // locked for as long as a ban is numbered and signed
};

}  // namespace muster::provision
