// One use: which approvals this node, or orchestrator, has acted upon. On disk until their end.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "proto/approval/statement.hpp"
#include "proto/base/clock.hpp"
#include "proto/base/guarded.hpp"
#include "proto/base/result.hpp"

namespace muster::approval {

inline constexpr std::size_t kUsedMax = 8'192;          // remembered at once
inline constexpr std::size_t kUsedOfOneCaller = 1'024;  // of them of one caller

// Thread-safe. A use counts once it is on the disk, and outlives a power failure.
class UsedApprovals {
 public:
  // `file` is made when it is not there, 0600. What was asked for before the file began is refused:
  // whether it was used is not known. The same when the file cannot be read: it begins anew, and the
  // log says so.
  UsedApprovals(std::filesystem::path file, const base::Clock& clock);

  // Empty when it may still be used here; else why not: "was used here before".
  std::string why_not(const Statement& statement) const;
  // Errc::refused when why_not() says so, Errc::limit when so many of the caller's, or of all, are
  // remembered, Errc::io when the disk does not take it: then it must not be acted upon.
  Status use(const Statement& statement);

 private:
  struct Kept {
    std::int64_t since_ms = 0;  // when the file began
    std::int64_t forgotten_until_ms =
        0;  // the latest end of those forgotten: the clock may go back
    std::map<std::pair<std::string, std::string>, std::int64_t> ends;  // (caller, id): until_ms
  };
  static Result<Kept> read(const std::filesystem::path& file);
  static std::string text_of(const Kept& kept);
  std::string why_not(const Kept& kept, const Statement& statement) const;
  Status check_room(const Kept& kept, const std::string& caller) const;

  const std::filesystem::path file_;
  const base::Clock& clock_;
  base::Guarded<Kept> kept_;
};

}  // namespace muster::approval
