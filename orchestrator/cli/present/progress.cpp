#include "orchestrator/cli/present/progress.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace muster::cli {
namespace {

constexpr std::size_t kBarMost = 60;    // columns, as MCollective's
constexpr std::size_t kAroundBar = 22;  // columns for brackets and numbers

}  // namespace

std::string Progress::draw(std::size_t done, Time now) {
  if (now - start_ < kProgressDelay) return "";
  if (drawn_ && now - drawn_at_ < kProgressInterval) return "";
  drawn_ = true;
  drawn_at_ = now;
  const auto wide = std::min(kBarMost, columns_ > kAroundBar ? columns_ - kAroundBar : 0);
  if (wide < 5) return fmt::format("\r{} / {}\x1b[K", done, all_);
  const auto full = all_ == 0 ? wide : std::min(wide, wide * done / all_);
  std::string bar(full, '=');
  if (full > 0 && full < wide) bar.back() = '>';
  return fmt::format("\r * [ {:<{}} ] {} / {}\x1b[K", bar, wide, done, all_);
}

std::string Progress::clear() {
  if (!drawn_) return "";
  drawn_ = false;
  return "\r\x1b[K";
}

}  // namespace muster::cli
