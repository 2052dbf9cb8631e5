// How far a wave of nodes is, for `muster provision watch`.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "orchestrator/cli/render/provision_summary.hpp"
#include "orchestrator/cli/render/text.hpp"

namespace muster::cli::render {
namespace {

using client::Record;

constexpr std::size_t kBarMost = 30;  // columns
constexpr std::size_t kBarLeast = 5;
constexpr double kMinuteMs = 60'000;

// Of what was finished within the window; a wave that is younger has a shorter one.
double rate(const std::vector<Record>& records, std::int64_t first_ms, std::int64_t now_ms) {
  const auto window = std::clamp(now_ms - first_ms, kRateWindowLeastMs, kRateWindowMs);
  const auto count = std::count_if(records.begin(), records.end(), [&](const Record& record) {
    return record.state == "finished" && record.finished_at_ms > now_ms - window;
  });
  return static_cast<double>(count) * kMinuteMs / static_cast<double>(window);
}

std::string bar(const Wave& wave, std::size_t wide) {
  const auto full = std::min(wide, wide * wave.finished / wave.all);
  std::string drawn(full, '=');
  if (full > 0 && full < wide) drawn.back() = '>';
  return fmt::format(" * [ {:<{}} ] ", drawn, wide);
}

std::string numbers(const Wave& wave) {
  auto text = fmt::format("{} / {}", wave.finished, wave.all);
  if (wave.stuck > 0) text += fmt::format(", {} need a person", wave.stuck);
  if (wave.per_minute > 0) text += fmt::format(", {:.0f} a minute", std::ceil(wave.per_minute));
  if (wave.left_ms > 0)
    text += ", about " + duration(std::chrono::seconds(wave.left_ms / 1000)) + " left";
  return text;
}

}  // namespace

Wave wave_of(const std::vector<Record>& records, std::int64_t since_ms, std::int64_t now_ms) {
  Wave wave;
  auto first_ms = now_ms;
  for (const auto& record : records) {
    const auto state = shown_state(record);
    const bool over = state == "finished";
    if (over && record.finished_at_ms < since_ms) continue;
    if (over || state == "running" || state == "waiting") {
      ++wave.all;
      if (over) ++wave.finished;
      if (record.started_at_ms > 0) first_ms = std::min(first_ms, record.started_at_ms);
    } else {
      ++wave.stuck;
    }
  }
  wave.per_minute = rate(records, first_ms, now_ms);
  const auto left = static_cast<double>(wave.all - wave.finished);
  if (wave.per_minute > 0)
    wave.left_ms = static_cast<std::int64_t>(left / wave.per_minute * kMinuteMs);
  return wave;
}

std::string wave_line(const Wave& wave, std::size_t columns) {
  if (wave.all == 0) return "";
  const auto text = numbers(wave);
  constexpr std::size_t kAroundBar = 8;
  const auto room = columns > text.size() + kAroundBar ? columns - text.size() - kAroundBar : 0;
  const auto wide = std::min(kBarMost, room);
  return cut(wide < kBarLeast ? text : bar(wave, wide) + text, columns);
}

}  // namespace muster::cli::render
