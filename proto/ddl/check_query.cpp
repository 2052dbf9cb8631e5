#include <fmt/format.h>

#include "proto/base/names.hpp"
#include "proto/ddl/check_value.hpp"
#include "proto/ddl/convert.hpp"
#include "proto/ddl/types.hpp"

namespace muster::ddl {

Result<Value> check_query(const Data& data, std::optional<std::string_view> argument) {
  if (!data.query) {
    if (!argument) return Value(nullptr);
    return fail(Errc::invalid_data,
                fmt::format("data plugin {} takes no query, so write {}()", data.name, data.name));
  }
  const auto& query = *data.query;
  if (!argument) {
    if (query.optional || !query.default_value.is_null()) return query.default_value;
    return fail(Errc::missing_data,
                fmt::format("data plugin {} needs a query ({})", data.name, described(query.type)));
  }
  auto value = converted(query.type, std::string(*argument));
  const auto why = value ? why_invalid(query, *value)
                         : fmt::format("must be {}{}, not {}", described(query.type),
                                       how_to_write(query.type), base::quoted(*argument));
  if (why.empty()) return std::move(*value);
  return fail(Errc::invalid_data, fmt::format("the query of data plugin {} {}", data.name, why));
}

}  // namespace muster::ddl
