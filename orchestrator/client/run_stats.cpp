#include "orchestrator/client/run_stats.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <set>
#include <string>
#include <tuple>

#include "orchestrator/client/reply_fields.hpp"

namespace muster::client {
namespace {

constexpr double kGrowth = 1.1;
constexpr int kBucketMost = 300;  // some 80 years

std::uint64_t runs_in(const Value& ended) {
  std::uint64_t runs = 0;
  const auto at = ended.find("runs");
  if (at == ended.end() || !at->is_object()) return 0;
  for (const auto& count : *at)
    if (count.is_number_integer()) runs += count.get<std::uint64_t>();
  return runs;
}

// Numbers of the same name are added, maps are gone into.
void add_up(Value& sum, const Value& part) {
  if (part.is_object()) {
    if (!sum.is_object()) sum = Value::object();
    for (const auto& [name, value] : part.items()) add_up(sum[name], value);
  } else if (part.is_number_integer()) {
    const auto before = sum.is_number_integer() ? sum.get<std::int64_t>() : 0;
    sum = before + part.get<std::int64_t>();
  }
}

// Run, state, attempts, retries.
using End = std::tuple<std::string, std::string, std::int64_t, std::int64_t>;

}  // namespace

int bucket_of(std::int64_t took_ms) {
  if (took_ms <= 1) return 0;
  const auto bucket = std::lround(std::log(static_cast<double>(took_ms)) / std::log(kGrowth));
  return static_cast<int>(std::clamp(bucket, 0L, static_cast<long>(kBucketMost)));
}

std::int64_t middle_ms(int bucket) {
  return std::llround(std::pow(kGrowth, std::clamp(bucket, 0, kBucketMost)));
}

void Times::add(const Times& other) {
  for (const auto& [bucket, count] : other.counts_) counts_[bucket] += count;
}

std::uint64_t Times::count() const {
  std::uint64_t all = 0;
  for (const auto& [bucket, count] : counts_) all += count;
  return all;
}

std::int64_t Times::within_ms(double share) const {
  const auto wanted = share * static_cast<double>(count());
  double seen = 0;
  for (const auto& [bucket, count] : counts_) {
    seen += static_cast<double>(count);
    if (seen >= wanted) return middle_ms(bucket);
  }
  return 0;
}

Value Times::to_value() const {
  Value out = Value::object();
  for (const auto& [bucket, count] : counts_) out[std::to_string(bucket)] = count;
  return out;
}

Times Times::from_value(const Value& value) {
  Times out;
  if (!value.is_object()) return out;
  for (const auto& [name, count] : value.items()) {
    int bucket = 0;
    const auto read = std::from_chars(name.data(), name.data() + name.size(), bucket);
    const bool whole = read.ec == std::errc() && read.ptr == name.data() + name.size();
    if (!whole || bucket < 0 || bucket > kBucketMost || !count.is_number_integer()) continue;
    if (const auto number = count.get<std::int64_t>(); number > 0)
      out.add(bucket, static_cast<std::uint64_t>(number));
  }
  return out;
}

Value joined_stats(const std::vector<Value>& answers) {
  std::map<std::string, const Value*> best;
  for (const auto& answer : answers) {
    const auto at = answer.find("ended_by");
    if (at == answer.end() || !at->is_object()) continue;
    for (const auto& [orchestrator, ended] : at->items()) {
      if (!ended.is_object()) continue;
      auto& known = best[orchestrator];
      if (known == nullptr || runs_in(ended) > runs_in(*known)) known = &ended;
    }
  }
  Value sum = Value::object();
  for (const auto& [orchestrator, ended] : best) add_up(sum, *ended);
  return sum;
}

Value joined_history(const std::vector<Value>& answers) {
  std::vector<Value> runs;
  std::set<End> seen;
  for (const auto& answer : answers) {
    const auto at = answer.find("runs");
    if (at == answer.end() || !at->is_array()) continue;
    for (const auto& run : *at) {
      if (!run.is_object()) continue;
      const End end{text_at(run, "run_id"), text_at(run, "state"), number_at(run, "attempts"),
                    number_at(run, "retries")};
      if (seen.insert(end).second) runs.push_back(run);
    }
  }
  std::stable_sort(runs.begin(), runs.end(), [](const Value& a, const Value& b) {
    return number_at(a, "ended_at_ms") > number_at(b, "ended_at_ms");
  });
  return Value{{"runs", runs}};
}

}  // namespace muster::client
