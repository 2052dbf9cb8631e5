#include "proto/base/log.hpp"

#include <fmt/format.h>
#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

#include <cstdlib>

#include "proto/base/nearest.hpp"
#include "proto/base/printable.hpp"

namespace muster::log {
namespace {

// The library's registry, made before any thread is: how it guards its making the thread sanitizer does not see.
[[maybe_unused]] const spdlog::logger* const kMadeBeforeThreads = spdlog::default_logger_raw();

spdlog::level::level_enum spdlog_level(Level level) {
  switch (level) {
    case Level::debug:
      return spdlog::level::debug;
    case Level::info:
      return spdlog::level::info;
    case Level::warning:
      return spdlog::level::warn;
    case Level::error:
      return spdlog::level::err;
  }
  return spdlog::level::info;
}

// Values with spaces, quotes or escapes are quoted, so that a line splits into its fields again.
std::string field_text(const Field& field) {
  const auto text = base::printable_quoted(field.second, "\"\\");
  if (text == field.second && !text.empty() && text.find_first_of(" =") == std::string::npos)
    return fmt::format(" {}={}", field.first, text);
  return fmt::format(" {}=\"{}\"", field.first, text);
}

void write(Level level, std::string_view message, std::initializer_list<Field> fields) {
  const auto at = spdlog_level(level);
  if (!spdlog::should_log(at)) return;
  auto line = base::printable(message, base::Lines::escape);
  for (const auto& field : fields) line += field_text(field);
  const bool journal = std::getenv("JOURNAL_STREAM") != nullptr;
  constexpr std::string_view priority[] = {"<7>", "<6>", "<4>", "<3>"};
  if (journal) line.insert(0, priority[static_cast<int>(level)]);
  spdlog::log(at, "{}", line);
}

}  // namespace

Result<Level> level_from(std::string_view name) {
  if (name == "debug") return Level::debug;
  if (name == "info") return Level::info;
  if (name == "warning") return Level::warning;
  if (name == "error") return Level::error;
  return fail(Errc::config,
              fmt::format("unknown log level '{}'{}", name,
                          base::hint_for(name, {"debug", "info", "warning", "error"})));
}

void start(std::string_view program, Level lowest) {
  auto logger = spdlog::stderr_color_mt(std::string(program));
  const bool journal = std::getenv("JOURNAL_STREAM") != nullptr;
  logger->set_pattern(journal ? "%v" : "%Y-%m-%dT%H:%M:%S.%eZ %^%l%$ %v",
                      spdlog::pattern_time_type::utc);
  spdlog::set_default_logger(std::move(logger));
  set_level(lowest);
}

void set_level(Level lowest) {
  spdlog::set_level(spdlog_level(lowest));
}

void debug(std::string_view m, std::initializer_list<Field> f) {
  write(Level::debug, m, f);
}
void info(std::string_view m, std::initializer_list<Field> f) {
  write(Level::info, m, f);
}
void warning(std::string_view m, std::initializer_list<Field> f) {
  write(Level::warning, m, f);
}
void error(std::string_view m, std::initializer_list<Field> f) {
  write(Level::error, m, f);
}

}  // namespace muster::log
