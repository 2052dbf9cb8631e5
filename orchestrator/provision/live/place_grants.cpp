#include "orchestrator/provision/live/place_grants.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace muster::provision {

Value PlaceGrants::question(const std::map<std::string, std::size_t>& in_flight, bool more,
                            std::int64_t now_ms) {
  Value having = Value::object();
  for (const auto& [master, count] : in_flight)
    if (count > 0) having[master] = count;
  for (auto& [master, grant] : grants_) {
    const auto has = in_flight.find(master);
    grant.places = std::min(grant.places, has == in_flight.end() ? 0 : has->second);
  }
  return {
      {"in_flight", std::move(having)}, {"more", more}, {"most", most_}, {"asked_at_ms", now_ms}};
}

void PlaceGrants::take(const std::string& master, const Value& answer, Time asked) {
  const auto places = answer.is_object() ? answer.find("places") : answer.end();
  if (!answer.is_object() || places == answer.end() || !places->is_number_integer() ||
      places->get<std::int64_t>() < 0) {
    grants_.erase(master);
    return;
  }
  grants_[master] = {std::min(most_, places->get<std::size_t>()), asked};
}

std::size_t PlaceGrants::most_of(const std::string& master, Time now) const {
  const auto grant = grants_.find(master);
  if (grant == grants_.end()) return most_;
  return now - grant->second.asked < kGrantBelieved ? grant->second.places : 0;
}

}  // namespace muster::provision
