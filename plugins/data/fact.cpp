#include "plugins/data/fact.hpp"

#include "proto/filter/find_fact.hpp"

namespace muster::plugins::data {

Result<Value> FactData::query(const std::optional<std::string>& argument) {
  const auto facts = node_.facts();
  const auto* fact = filter::find_fact(facts, argument.value_or(""));
  if (fact == nullptr || fact->is_null())
    return Value{{"exists", false}, {"value", false}, {"value_encoding", false}};
  if (!fact->is_structured())
    return Value{{"exists", true}, {"value", *fact}, {"value_encoding", "text/plain"}};
  return Value{{"exists", true},
               {"value", fact->dump(-1, ' ', false, Value::error_handler_t::replace)},
               {"value_encoding", "application/json"}};
}

}  // namespace muster::plugins::data
