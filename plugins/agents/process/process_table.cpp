#include "plugins/agents/process/process_table.hpp"

#include <fmt/format.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <map>
#include <sstream>

#include "proto/base/files.hpp"
#include "proto/base/utf8.hpp"

namespace muster::plugins::process {
namespace {

constexpr std::size_t kStatMaxBytes = 4096;
constexpr std::size_t kCommandReadMaxBytes = 4 * 1024 * 1024;  // the kernel's own limit is about 2

// Fields of /proc/PID/stat behind the name, by their numbers in proc(5) less 3.
enum Field : std::size_t {
  kState = 0,
  kParent = 1,
  kUserTime = 11,
  kSystemTime = 12,
  kStart = 19,
  kVsize = 20,
  kRss = 21,
  kFields = 22
};

std::int64_t number(const std::string& text) {
  std::int64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

std::int64_t boot_time_s() {
  const auto stat = base::read_file("/proc/stat");
  const auto at = stat ? stat->find("\nbtime ") : std::string::npos;
  if (at == std::string::npos) return 0;
  return number(stat->substr(at + 7, stat->find('\n', at + 1) - at - 7));
}

// Names of users, each looked up once: there may be an LDAP server behind them.
class Users {
 public:
  const std::string& name_of(uid_t uid) {
    const auto [at, fresh] = names_.try_emplace(uid);
    if (!fresh) return at->second;
    std::vector<char> buffer(16384);
    passwd entry{};
    passwd* found = nullptr;
    ::getpwuid_r(uid, &entry, buffer.data(), buffer.size(), &found);
    return at->second = found != nullptr ? found->pw_name : std::to_string(uid);
  }

 private:
  std::map<uid_t, std::string> names_;
};

struct Reader {
  Users users;
  std::int64_t boot_s = boot_time_s();
  long ticks = ::sysconf(_SC_CLK_TCK);
  long page = ::sysconf(_SC_PAGESIZE);

  std::optional<Process> read(pid_t pid);
};

std::string command_of(const std::filesystem::path& folder, const std::string& name) {
  auto words = base::read_file(folder / "cmdline", kCommandReadMaxBytes).value_or("");
  while (!words.empty() && words.back() == '\0') words.pop_back();
  if (words.empty()) return base::as_utf8("[" + name + "]", kCommandMaxBytes);
  std::replace(words.begin(), words.end(), '\0', ' ');
  return base::as_utf8(words, kCommandMaxBytes);
}

std::optional<Process> Reader::read(pid_t pid) {
  const std::filesystem::path folder = "/proc/" + std::to_string(pid);
  const auto stat = base::read_file(folder / "stat", kStatMaxBytes);
  // The name may hold anything, also ") ": its last parenthesis ends it.
  const auto begin = stat ? stat->find('(') : std::string::npos;
  const auto end = stat ? stat->rfind(')') : std::string::npos;
  if (begin == std::string::npos || end == std::string::npos || end < begin) return std::nullopt;
  std::istringstream rest(stat->substr(end + 1));
  std::vector<std::string> fields(kFields);
  for (auto& field : fields) rest >> field;
  struct stat owner {};
  if (!rest || ::stat(folder.c_str(), &owner) != 0) return std::nullopt;
  Process process;
  process.pid = pid;
  process.ppid = static_cast<pid_t>(number(fields[kParent]));
  process.uid = owner.st_uid;
  process.user = users.name_of(owner.st_uid);
  process.name = base::as_utf8(stat->substr(begin + 1, end - begin - 1), kStatMaxBytes);
  process.command = command_of(folder, process.name);
  process.state = fields[kState].front();
  process.vsize_bytes = number(fields[kVsize]);
  process.rss_bytes = number(fields[kRss]) * page;
  process.start_ticks = static_cast<std::uint64_t>(number(fields[kStart]));
  process.started_at_s = boot_s + number(fields[kStart]) / ticks;
  process.cpu_s = static_cast<double>(number(fields[kUserTime]) + number(fields[kSystemTime])) /
                  static_cast<double>(ticks);
  return process;
}

}  // namespace

Result<std::vector<Process>> processes(const std::function<bool(const Process&)>& wanted) {
  Reader reader;
  std::vector<Process> all;
  std::error_code problem;
  for (std::filesystem::directory_iterator at("/proc", problem), end; !problem && at != end;
       at.increment(problem)) {
    const auto name = at->path().filename().string();
    if (name.find_first_not_of("0123456789") != std::string::npos) continue;
    auto process = reader.read(static_cast<pid_t>(number(name)));
    if (process && wanted(*process)) all.push_back(std::move(*process));
  }
  if (problem) return fail(Errc::io, fmt::format("cannot read /proc: {}", problem.message()));
  std::sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.pid < b.pid; });
  return all;
}

std::optional<Process> find_process(pid_t pid) {
  return pid > 0 ? Reader().read(pid) : std::nullopt;
}

}  // namespace muster::plugins::process
