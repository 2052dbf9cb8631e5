#include "orchestrator/workflow/values.hpp"

#include "proto/filter/find_fact.hpp"

namespace muster::workflow {

void Values::forget_outputs_of(const std::string& step) {
  std::erase_if(single_, [outputs = "steps." + step + "."](const auto& entry) {
    return entry.first.starts_with(outputs);
  });
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
