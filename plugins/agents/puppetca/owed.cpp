#include "plugins/agents/puppetca/owed.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <limits>
#include <nlohmann/json.hpp>

#include "plugins/agents/puppetca/ca_records.hpp"
#include "proto/base/names.hpp"

namespace muster::plugins::puppetca {
namespace {

// As x509::Certificate::serial_hex() writes it: any other way of writing would name none.
bool is_serial(const std::string& text) {
  return !text.empty() && text.size() % 2 == 0 &&
         text.find_first_not_of("0123456789abcdef") == std::string::npos;
}

// 0: it is not said. A time so far ahead that it could not be counted with is none.
Result<std::int64_t> time_of(const Value& data, const char* key) {
  constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max() / 4;
  const auto ms = data.value(key, std::int64_t{0});
  if (ms >= 0 && ms <= kMost) return ms;
  return fail(Errc::invalid_data,
              fmt::format("{} {} is no time: milliseconds since 1970", key, ms));
}

// How far our clock is ahead of the asker's; below 0: behind.
std::int64_t ahead_ms(std::int64_t asked_at_ms, std::int64_t now_ms) {
  const auto ahead = now_ms - asked_at_ms;
  const auto by_the_way = std::chrono::milliseconds(kAskedWithin).count();
  return asked_at_ms == 0 || std::abs(ahead) <= by_the_way ? 0 : ahead;
}

}  // namespace

std::int64_t issued_at_ms(std::int64_t not_before_ms, std::int64_t file_written_ms) {
  const std::chrono::milliseconds most = kBackdatedMost;
  return std::clamp(file_written_ms, not_before_ms, not_before_ms + most.count());
}

bool Owed::covers(const std::string& serial, std::int64_t issued_at_ms,
                  const std::string& fingerprint) const {
  if (spares(fingerprint)) return false;
  if (serials.contains(serial)) return true;
  return issued_before_ms ? issued_at_ms < *issued_before_ms : serials.empty();
}

std::int64_t received_ms(const base::Clock& clock, std::chrono::steady_clock::time_point received) {
  if (received == std::chrono::steady_clock::time_point{}) return clock.unix_ms();
  const auto waited = clock.steady() - received;
  return clock.unix_ms() - std::chrono::duration_cast<std::chrono::milliseconds>(waited).count();
}

Result<Owed> owed_of(const Value& data, std::int64_t received_ms) {
  Owed owed;
  MUSTER_ASSIGN(const auto before_ms, time_of(data, "issued_before_ms"));
  MUSTER_ASSIGN(const auto asked_at_ms, time_of(data, "asked_at_ms"));
  if (before_ms > 0) owed.issued_before_ms = before_ms + ahead_ms(asked_at_ms, received_ms);
  for (const auto& serial : data.value("serials", Value::array())) {
    if (!serial.is_string() || !is_serial(serial))
      return fail(Errc::invalid_data,
                  fmt::format("serial {} is not whole bytes of lower-case hex, as puppetca#audit "
                              "shows them",
                              base::quoted(serial.dump())));
    owed.serials.insert(serial);
  }
  owed.vacates = data.value("vacate", false);
  if (const auto spared = data.value("spare", std::string()); !spared.empty()) {
    MUSTER_ASSIGN(owed.spared, plain_fingerprint(spared));
  }
  return owed;
}

}  // namespace muster::plugins::puppetca
