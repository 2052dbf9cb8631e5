#include "node-agent/external/call.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "node-agent/external/protocol.hpp"
#include "proto/base/child.hpp"
#include "proto/base/files.hpp"
#include "proto/base/guard.hpp"
#include "proto/base/log.hpp"
#include "proto/base/names.hpp"
#include "proto/base/temp_folder.hpp"
#include "proto/base/text.hpp"
#include "proto/base/unique_fd.hpp"
#include "proto/base/utf8.hpp"

namespace muster::external {
namespace {

namespace fs = std::filesystem;

// Not flushed to disk: nobody reads it after a crash.
Status write(const std::string& path, std::string_view content) {
  const base::UniqueFd fd(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  while (fd && !content.empty()) {
    const auto wrote = ::write(fd.get(), content.data(), content.size());
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote < 0) break;
    content.remove_prefix(static_cast<std::size_t>(wrote));
  }
  if (fd && content.empty()) return {};
  return fail(Errc::io, fmt::format("cannot write {}: {}", path, std::strerror(errno)));
}

// The child may have put anything in its place: a link, a fifo that would keep us waiting.
Status check_reply_file(const std::string& path) {
  struct stat what {};
  if (::lstat(path.c_str(), &what) != 0) return fail(Errc::unknown, "it removed its reply's file");
  if (!S_ISREG(what.st_mode)) return fail(Errc::unknown, "its reply is no regular file");
  if (static_cast<std::size_t>(what.st_size) > kReplyFileMaxBytes)
    return fail(Errc::unknown, fmt::format("its reply has {} bytes; at most {} are read",
                                           what.st_size, kReplyFileMaxBytes));
  return {};
}

Result<std::string> read_reply(const std::string& path, const std::string& agent) {
  MUSTER_TRY(check_reply_file(path));
  auto bytes = base::read_file(path, kReplyFileMaxBytes);
  if (!bytes) return fail(Errc::unknown, "its reply cannot be read: " + bytes.error().message);
  auto decoded = base::decode_text(*bytes);
  if (decoded.wrong_line > 0)
    log::warning("an agent's reply has bytes that are not UTF-8; they are shown as U+FFFD",
                 {{"agent", agent}, {"line", std::to_string(decoded.wrong_line)}});
  return std::move(decoded.text);
}

// As Ruby, Python, Perl and shells write it, as loggers do, and as apt does.
bool calls_itself_a_warning(std::string_view line) {
  constexpr std::array<std::string_view, 5> kSigns{"warning:", "warn:", "[warn", "warn[",
                                                   "level=warn"};
  return line.starts_with("W: ") ||
         std::any_of(kSigns.begin(), kSigns.end(), [line](std::string_view sign) {
           return std::search(line.begin(), line.end(), sign.begin(), sign.end(),
                              [](unsigned char a, char b) { return std::tolower(a) == b; }) !=
                  line.end();
         });
}

using LogLine = void (*)(std::string_view, std::initializer_list<log::Field>);

// systemd's "<4>" in front of a line says its level (sd-daemon(3)); else what calls itself a warning is one.
LogLine level_of(std::string_view& line, LogLine otherwise) {
  constexpr std::array<LogLine, 8> kLevels{log::error,   log::error, log::error, log::error,
                                           log::warning, log::info,  log::info,  log::debug};
  if (line.size() >= 3 && line[0] == '<' && line[1] >= '0' && line[1] <= '7' && line[2] == '>') {
    const auto level = kLevels[static_cast<std::size_t>(line[1] - '0')];
    line.remove_prefix(3);
    return level;
  }
  return otherwise == &log::error && calls_itself_a_warning(line) ? &log::warning : otherwise;
}

void log_lines(const std::string& agent, std::string_view text, LogLine log_line) {
  std::size_t lines = 0;
  for (; !text.empty() && lines < kLoggedLinesMax; ++lines) {
    const auto end = text.find('\n');
    auto line = text.substr(0, end);
    const auto log_this = level_of(line, log_line);
    log_this("an agent says",
             {{"agent", agent}, {"line", base::as_utf8(line, kLoggedLineMaxBytes)}});
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  if (!text.empty())
    log_line("an agent says more than is logged",
             {{"agent", agent}, {"bytes", std::to_string(text.size())}});
}

base::ChildSpec spec_of(const Call& call, const base::TempFolder& folder) {
  constexpr std::size_t kKeptBytes = kLoggedLinesMax * kLoggedLineMaxBytes;
  base::ChildSpec spec;
  spec.argv = call.argv;
  // Choria names the protocol of a request here even when it asks for activation.
  for (const auto& word : {folder.file("request"), folder.file("reply"), std::string(kRpcRequest)})
    spec.argv.push_back(word);
  const char* path = std::getenv("PATH");
  spec.environment = {{"CHORIA_EXTERNAL_REQUEST", folder.file("request")},
                      {"CHORIA_EXTERNAL_REPLY", folder.file("reply")},
                      {"CHORIA_EXTERNAL_PROTOCOL", std::string(call.protocol)},
                      {"CHORIA_EXTERNAL_CONFIG", call.config.string()},
                      {"CHORIA_EXTERNAL_FACTS", folder.file("facts")},
                      {"PATH", path != nullptr ? path : "/usr/sbin:/usr/bin:/sbin:/bin"}};
  spec.environment.insert(call.more_environment.begin(), call.more_environment.end());
  spec.environment_alone = true;
  spec.mark = "CHORIA_EXTERNAL_REPLY=" + folder.file("reply");
  spec.working_folder = folder.path().parent_path();
  spec.timeout = call.timeout;
  spec.cancel_fd = call.cancel_fd;
  spec.output_max_bytes = kKeptBytes;
  spec.output_deadly_bytes = kPrintedMaxBytes;
  return spec;
}

std::string last_said(std::string_view text) {
  const auto line = base::last_line(text);
  return line.empty() ? "" : ": " + base::as_utf8(line, kLoggedLineMaxBytes);
}

Error not_run(Error why, const std::string& program) {
  if (why.code == Errc::not_found && fs::exists(program))
    return {Errc::not_found,
            fmt::format("{} cannot be run: the interpreter of its first line is not there",
                        base::quoted(program))};
  if (why.code == Errc::timeout || why.code == Errc::limit) why.code = Errc::unknown;
  return why;
}

Status judge(const base::ChildResult& ended) {
  if (ended.signal != 0)
    return fail(Errc::unknown, fmt::format("it was ended by signal {} ({}){}", ended.signal,
                                           ::strsignal(ended.signal), last_said(ended.err)));
  if (ended.exit_code != 0)
    return fail(Errc::aborted,
                fmt::format("it exited with {}{}", ended.exit_code, last_said(ended.err)));
  return {};
}

}  // namespace

Result<std::string> run_call(const Call& call) {
  // Again at each call: folders may have been opened since it was loaded.
  if (const auto& program = call.argv.front(); fs::exists(program))
    MUSTER_TRY(base::check_guard(program, base::Guard::program));
  MUSTER_ASSIGN(const auto folder, base::TempFolder::make("muster-call"));
  MUSTER_TRY(write(folder.file("request"), call.request));
  MUSTER_TRY(write(folder.file("facts"), call.facts));
  MUSTER_TRY(write(folder.file("reply"), ""));
  base::ChildResult ended;
  const auto ran = base::run_child(spec_of(call, folder), ended);
  log_lines(call.agent, ended.out, log::info);
  log_lines(call.agent, ended.err, log::error);
  if (!ran) return fail(not_run(ran.error(), call.argv.front()));
  MUSTER_TRY(judge(ended));
  return read_reply(folder.file("reply"), call.agent);
}

}  // namespace muster::external
