#include "orchestrator/admission/turns.hpp"

namespace muster::admission {

void Turns::take_out_of_order(const Lines::iterator& line) {
  const auto& [name, its] = *line;
  if (!its.waiting.empty()) order_.erase({its.under_way, its.waiting.begin()->first, name});
}

void Turns::put_into_order(const Lines::iterator& line) {
  const auto& [name, its] = *line;
  if (!its.waiting.empty())
    order_.emplace(its.under_way, its.waiting.begin()->first, name);
  else if (its.under_way == 0)
    lines_.erase(line);
}

void Turns::enter(InTurn one) {
  leave(one.identity);
  const auto line = lines_.try_emplace(one.line).first;
  take_out_of_order(line);
  line->second.waiting.emplace(one.since_ms, one.identity);
  put_into_order(line);
  waiting_.emplace(std::move(one.identity), std::pair(std::move(one.line), one.since_ms));
}

void Turns::leave(const std::string& identity) {
  const auto at = waiting_.find(identity);
  if (at == waiting_.end()) return;
  const auto line = lines_.find(at->second.first);
  take_out_of_order(line);
  line->second.waiting.erase({at->second.second, identity});
  put_into_order(line);
  waiting_.erase(at);
}

void Turns::begun(const std::string& line) {
  const auto at = lines_.try_emplace(line).first;
  take_out_of_order(at);
  ++at->second.under_way;
  put_into_order(at);
}

void Turns::ended(const std::string& line) {
  const auto at = lines_.find(line);
  if (at == lines_.end() || at->second.under_way == 0) return;
  take_out_of_order(at);
  --at->second.under_way;
  put_into_order(at);
}

std::optional<std::string> Turns::first() const {
  if (order_.empty()) return std::nullopt;
  return lines_.at(std::get<2>(*order_.begin())).waiting.begin()->second;
}

}  // namespace muster::admission
