#include "plugins/systemd/manager.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <optional>
#include <thread>

#include "proto/base/child.hpp"
#include "proto/base/utf8.hpp"

namespace muster::systemd {
namespace {

constexpr char kSystemBus[] = "unix:path=/run/dbus/system_bus_socket";
constexpr char kSystemBusSocket[] = "/run/dbus/system_bus_socket";
constexpr char kBooted[] = "/run/systemd/system";  // sd_booted(3)
constexpr Place kManager{"/org/freedesktop/systemd1", "org.freedesktop.systemd1.Manager"};
constexpr char kUnitInterface[] = "org.freedesktop.systemd1.Unit";
constexpr char kServiceInterface[] = "org.freedesktop.systemd1.Service";
constexpr std::uint64_t kMicrosecondsPerSecond = 1'000'000;
constexpr std::size_t kUnitNamesMax = 10'000;
constexpr std::chrono::seconds kJournalPatience{5};
constexpr std::size_t kJournalMaxBytes = 4096;
// Journald reads each program's output when it comes to it, also after it was asked to write all down.
constexpr int kJournalReads = 5;
constexpr std::uint64_t kJournalBehindSeconds = 2;  // its time, of a line, behind the clock
constexpr std::chrono::milliseconds kJournalReadEvery{200};
constexpr char kJournalLines[] = "10";

// Nothing when the journal cannot be read.
std::optional<std::string> lines_of(const base::ChildSpec& journalctl) {
  const auto read = base::run_child(journalctl);
  if (!read || read->exit_code != 0) return std::nullopt;
  auto text = base::as_utf8(read->out, kJournalMaxBytes);
  while (!text.empty() && text.back() == '\n') text.pop_back();
  return text;
}

const char* method_of(Verb verb) {
  switch (verb) {
    case Verb::start:
      return "StartUnit";
    case Verb::stop:
      return "StopUnit";
    case Verb::restart:
      return "RestartUnit";
    case Verb::reload:
      return "ReloadUnit";
  }
  return "StartUnit";
}

const char* timestamp_of(const UnitState& state) {
  if (state.running()) return "ActiveEnterTimestamp";
  if (state.active_state == "inactive" || state.active_state == "failed")
    return "InactiveEnterTimestamp";
  return "StateChangeTimestamp";
}

// The job that is waited for, and what it came to.
struct Awaited {
  const SdBusLibrary& library;
  struct Ended {
    std::string path;
    std::string result;
  };
  std::vector<Ended> ended{};  // a job may end before the answer that names it has come

  static int removed(sd_bus_message* message, void* data, sd_bus_error*) {
    auto& self = *static_cast<Awaited*>(data);
    std::uint32_t id = 0;
    const char* path = nullptr;
    const char* unit = nullptr;
    const char* result = nullptr;
    if (self.library.message_read(message, "uoss", &id, &path, &unit, &result) >= 0)
      self.ended.push_back({path, result});
    return 0;
  }
  const std::string* result_of(const std::string& path) const {
    for (const auto& end : ended)
      if (end.path == path) return &end.result;
    return nullptr;
  }
};

}  // namespace

bool available(const Surroundings& surroundings) {
  if (!surroundings.bus_address.empty()) return true;
  return ::access(kBooted, F_OK) == 0 && ::access(kSystemBusSocket, R_OK | W_OK) == 0;
}

Result<Manager> Manager::connect(const Surroundings& surroundings) {
  MUSTER_ASSIGN(auto bus, Bus::connect(surroundings.bus_address.empty() ? kSystemBus
                                                                        : surroundings.bus_address,
                                       surroundings.patience));
  return Manager(std::move(bus));
}

Result<std::string> Manager::path_of(const std::string& unit) {
  MUSTER_ASSIGN(const auto reply, bus_.call(kManager, "LoadUnit", "s", unit.c_str()));
  const char* path = nullptr;
  if (bus_.library().message_read(reply.get(), "o", &path) < 0)
    return fail(Errc::unknown, "the service manager's answer to LoadUnit cannot be read");
  return std::string(path);
}

Result<UnitState> Manager::state(const std::string& unit) {
  MUSTER_ASSIGN(const auto path, path_of(unit));
  const Place at{path.c_str(), kUnitInterface};
  UnitState state;
  MUSTER_ASSIGN(state.load_state, bus_.text(at, "LoadState"));
  MUSTER_ASSIGN(state.unit, bus_.text(at, "Id"));
  MUSTER_ASSIGN(state.active_state, bus_.text(at, "ActiveState"));
  MUSTER_ASSIGN(state.sub_state, bus_.text(at, "SubState"));
  MUSTER_ASSIGN(state.unit_file_state, bus_.text(at, "UnitFileState"));
  MUSTER_ASSIGN(state.invocation, bus_.hex(at, "InvocationID"));
  MUSTER_ASSIGN(const auto since, bus_.number(at, timestamp_of(state), 't'));
  state.since_s = static_cast<std::int64_t>(since / kMicrosecondsPerSecond);
  MUSTER_ASSIGN(state.started_us, bus_.number(at, "InactiveExitTimestamp", 't'));
  if (!state.unit.ends_with(".service")) return state;
  const Place service{path.c_str(), kServiceInterface};
  MUSTER_ASSIGN(state.result, bus_.text(service, "Result"));
  MUSTER_ASSIGN(const auto pid, bus_.number(service, "MainPID", 'u'));
  MUSTER_ASSIGN(const auto exit_status, bus_.number(service, "ExecMainStatus", 'i'));
  state.main_pid = static_cast<std::uint32_t>(pid);
  state.exit_status = static_cast<std::uint32_t>(exit_status);
  return state;
}

Result<std::string> Manager::run(Verb verb, const std::string& unit,
                                 std::chrono::steady_clock::time_point deadline) {
  auto& library = bus_.library();
  Awaited awaited{library};
  MUSTER_ASSIGN(const auto slot, bus_.match(kManager, "JobRemoved", &Awaited::removed, &awaited));
  MUSTER_ASSIGN(const auto subscribed, bus_.call(kManager, "Subscribe", ""));
  MUSTER_ASSIGN(const auto reply,
                bus_.call(kManager, method_of(verb), "ss", unit.c_str(), "replace"));
  const char* raw = nullptr;
  if (library.message_read(reply.get(), "o", &raw) < 0)
    return fail(Errc::unknown, "the service manager's answer cannot be read");
  const std::string job = raw;
  const std::string* result = nullptr;
  while ((result = awaited.result_of(job)) == nullptr) {
    const auto went = bus_.process(deadline);
    if (!went && went.error().code == Errc::timeout)
      return fail(Errc::timeout, "systemd is still at it");
    MUSTER_TRY(went);
  }
  return *result;
}

// a(sss): kind of change, file, its target.
Result<std::size_t> Manager::changes_in(sd_bus_message* message) {
  const auto& library = bus_.library();
  if (library.message_enter_container(message, 'a', "(sss)") < 0)
    return fail(Errc::unknown, "the service manager's answer cannot be read");
  std::size_t changes = 0;
  const char* kind = nullptr;
  const char* file = nullptr;
  const char* target = nullptr;
  while (library.message_read(message, "(sss)", &kind, &file, &target) > 0) ++changes;
  return changes;
}

// The manager keeps what it knows of unit files until it is told.
Status Manager::reload_files() {
  MUSTER_ASSIGN(const auto reply, bus_.call(kManager, "Reload", ""));
  return {};
}

Result<bool> Manager::enable(const std::string& unit) {
  // One name; not only until the next boot; links that lead elsewhere are not replaced.
  MUSTER_ASSIGN(const auto reply,
                bus_.call(kManager, "EnableUnitFiles", "asbb", 1, unit.c_str(), 0, 0));
  int has_install_section = 0;
  if (bus_.library().message_read(reply.get(), "b", &has_install_section) < 0)
    return fail(Errc::unknown, "the service manager's answer cannot be read");
  MUSTER_ASSIGN(const auto changes, changes_in(reply.get()));
  if (has_install_section == 0)
    return fail(Errc::aborted,
                fmt::format("{} cannot be enabled: it has no [Install] section", unit));
  if (changes > 0) MUSTER_TRY(reload_files());
  return changes > 0;
}

Result<bool> Manager::disable(const std::string& unit) {
  MUSTER_ASSIGN(const auto reply,
                bus_.call(kManager, "DisableUnitFiles", "asb", 1, unit.c_str(), 0));
  MUSTER_ASSIGN(const auto changes, changes_in(reply.get()));
  if (changes > 0) MUSTER_TRY(reload_files());
  return changes > 0;
}

Result<std::vector<std::string>> Manager::unit_names() {
  const auto& library = bus_.library();
  MUSTER_ASSIGN(const auto reply, bus_.call(kManager, "ListUnitFiles", ""));
  std::vector<std::string> names;
  if (library.message_enter_container(reply.get(), 'a', "(ss)") < 0)
    return fail(Errc::unknown, "the service manager's answer cannot be read");
  const char* path = nullptr;
  const char* state = nullptr;
  while (names.size() < kUnitNamesMax &&
         library.message_read(reply.get(), "(ss)", &path, &state) > 0) {
    const std::string_view file = path;
    names.emplace_back(file.substr(file.rfind('/') + 1));
  }
  return names;
}

std::string journal_tail(const Surroundings& surroundings, const UnitState& unit) {
  if (unit.invocation.find_first_not_of('0') == std::string::npos) return "";
  base::ChildSpec spec;
  spec.timeout = kJournalPatience;
  spec.output_max_bytes = kJournalMaxBytes;
  spec.argv = surroundings.journalctl;
  spec.argv.push_back(
      "--sync");                // what a program said right before it ended may not be written yet
  (void)base::run_child(spec);  // without it the lines may be missing, no more
  spec.argv = surroundings.journalctl;
  // What it said itself, and what systemd said of it. Of a program that ended before journald came to its lines, journald knows the
  // unit and no longer which start it was: the time tells that. Its time is that of its last look around, which may be before.
  const auto started = unit.started_us / kMicrosecondsPerSecond;
  const auto since = fmt::format("@{}", started - std::min(started, kJournalBehindSeconds));
  spec.argv.insert(spec.argv.end(),
                   {"--no-pager", "--quiet", "--output", "cat", "--since", since, "--lines",
                    kJournalLines, "_SYSTEMD_INVOCATION_ID=" + unit.invocation, "+",
                    "INVOCATION_ID=" + unit.invocation, "+", "_SYSTEMD_UNIT=" + unit.unit});
  for (int reads = 1;; ++reads) {
    const auto text = lines_of(spec);
    if (!text) return "";
    if (!text->empty() || reads == kJournalReads) return *text;
    std::this_thread::sleep_for(kJournalReadEvery);
  }
}

}  // namespace muster::systemd
