// Who asked this node for what, and what became of it. docs/operating/AUDIT.md; ADR 17 tells why a
// node goes on when it cannot write.
#pragma once

#include <chrono>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "proto/audit/audit_file.hpp"
#include "proto/audit/journal.hpp"
#include "proto/audit/record.hpp"
#include "proto/base/clock.hpp"
#include "proto/base/guarded.hpp"
#include "proto/base/result.hpp"
#include "proto/base/throttle.hpp"

namespace muster::audit {

// agent.yaml's section `audit`.
struct Options {
  std::filesystem::path file;           // agent.yaml always names one
  bool journal = true;                  // where there is one
  std::int64_t max_bytes = 16'777'216;  // of a file before it is rotated; 0: somebody else does
  std::int64_t keep = 4;                // rotated files
  bool required = false;                // what cannot be recorded is not done
  std::filesystem::path journal_socket = kJournalSocket;

  bool operator==(const Options&) const = default;
};

// Lines about messages that nobody signed for, or that came a second time: this many in a window,
// the rest in numbers.
inline constexpr std::uint64_t kFloodLines = 10;
inline constexpr std::chrono::seconds kFloodWindow{10};

// Lines about what is refused to one caller: so many at once, then one in this time, the rest in numbers. So nobody can
// push the lines of what was done out of the rotated files.
inline constexpr base::Throttle::Rate kRefusalLines{
    .burst = 50, .every = std::chrono::milliseconds(10'000), .names_max = 1'024};

struct Counts {
  std::uint64_t written = 0;  // lines that are in the file, or without one, in the journal
  std::uint64_t lost = 0;     // lines that are in neither
  std::string last_failure;   // why, of the last one that failed; empty when it goes well again
};

// Thread-safe. Nothing is queued: a line is written when the call returns.
class AuditLog {
 public:
  AuditLog(Options options, std::string node, const base::Clock& clock);
  ~AuditLog();  // tells what of a flood was not yet told
  AuditLog(const AuditLog&) = delete;
  AuditLog& operator=(const AuditLog&) = delete;

  // An Error only when the record is required and could not be written: then the request must not be
  // done. The journal counts only where there is no file. Beyond kRefusalLines, a refusal is only counted.
  Status request(Request request);
  void completed(Completion completion);
  // unverified, replayed, or busy before it was verified.
  void flood(Verdict verdict, const std::string& why);

  // Tells what was left out of floods that have ended. Every other call does so too; the owner calls it now and then,
  // for when there is no other.
  void tell_ended();

  Counts counts() const;

 private:
  struct Window {
    std::chrono::steady_clock::time_point began{};
    std::uint64_t lines = 0;
    std::uint64_t untold = 0;
    std::string why;
  };
  struct State {
    std::optional<AuditFile> file;
    std::optional<Journal> journal;
    std::map<Verdict, Window> floods;
    Counts counts;
  };
  Status write(State& state, const Line& line, const std::string& message);
  void note(Counts& counts, const Status& written);
  void tell(State& state, Verdict verdict, Window& window);
  void tell_left_out(State& state, const std::vector<base::Throttle::LeftOut>& left_out);

  const Options options_;
  const std::string node_;
  const base::Clock& clock_;
  base::Throttle refusals_;
  base::Guarded<State> state_;
};

}  // namespace muster::audit
