// Value in memory <-> muster.v1.Value on the wire.
#pragma once

#include "proto/base/result.hpp"
#include "proto/base/value.hpp"

namespace muster::v1 {
class Value;
}

namespace muster::envelope {

inline constexpr int kValueDepthMax = 32;  // lists and maps inside each other
inline constexpr std::size_t kValueItemsMax =
    200'000;  // values in one value, inner ones and itself counted

// Errc::limit beyond the limits above, Errc::invalid_data for what JSON cannot say (a NaN, bad UTF-8).
Status encode_value(const Value& value, v1::Value& out);
// An unset Value (a field that was left out) is null; one inside a list or map is Errc::invalid_data, for it
// may be of a kind that only a newer sender knows.
Result<Value> decode_value(const v1::Value& in);
// The same of what must be a map; Errc::invalid_data names `what` when it is anything else. One that was left out is empty.
Result<Value> decode_map(std::string_view what, const v1::Value& in);

}  // namespace muster::envelope
