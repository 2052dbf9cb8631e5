#include "orchestrator/workflow/values.hpp"

#include "proto/filter/find_fact.hpp"

namespace muster::workflow {

void Values::set_reply(const std::string& step, const Value& reply) {
  if (!reply.is_object()) return;
  for (const auto& [output, value] : reply.items()) set("steps." + step + "." + output, value);
}

const Value* Values::find(std::string_view name) const {
  if (const auto at = single_.find(name); at != single_.end()) return &at->second;
  for (auto dot = name.rfind('.'); dot != std::string_view::npos && dot > 0;
       dot = name.rfind('.', dot - 1)) {
    const auto front = name.substr(0, dot);
    const auto rest = name.substr(dot + 1);
    if (const auto at = facts_.find(front); at != facts_.end())
      return filter::find_fact(*at->second, rest);
    if (const auto at = single_.find(front); at != single_.end())
      return filter::find_fact(at->second, rest);
  }
  return nullptr;
}

}  // namespace muster::workflow
