#include "proto/envelope/value_codec.hpp"

#include <fmt/format.h>

#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

#include "proto/base/utf8.hpp"
#include "proto/schema/muster.pb.h"

namespace muster::envelope {
namespace {

constexpr auto kSignedMax = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());

Status check_text(std::string_view text) {
  for (auto rest = text; !rest.empty();) {
    const auto length = base::utf8_length(rest);
    if (length == 0)
      return fail(Errc::invalid_data,
                  fmt::format("text that is not UTF-8 at byte {}", text.size() - rest.size() + 1));
    rest.remove_prefix(length);
  }
  return {};
}

Status check_real(double number) {
  if (std::isfinite(number)) return {};
  return fail(Errc::invalid_data, fmt::format("the number {} has no place in a value", number));
}

// Counts what it passes; one for each whole value.
class Limits {
 public:
  Status enter(int depth) {
    if (depth > kValueDepthMax)
      return fail(Errc::limit,
                  fmt::format("a value with more than {} lists and maps inside each other",
                              kValueDepthMax));
    if (++items_ > kValueItemsMax)
      return fail(Errc::limit,
                  fmt::format("a value with more than {} values in it", kValueItemsMax));
    return {};
  }

 private:
  std::size_t items_ = 0;
};

// `depth`: lists and maps around the value, and itself if it is one.
class Encoder {
 public:
  Status encode(const Value& value, v1::Value& out, int depth) {
    MUSTER_TRY(limits_.enter(depth + (value.is_structured() ? 1 : 0)));
    switch (value.type()) {
      case Value::value_t::null:
        out.set_null(true);
        return {};
      case Value::value_t::boolean:
        out.set_boolean(value.get<bool>());
        return {};
      case Value::value_t::number_integer:
        out.set_integer(value.get<std::int64_t>());
        return {};
      case Value::value_t::number_unsigned:
        return unsigned_integer(value, out);
      case Value::value_t::number_float:
        return real(value, out);
      case Value::value_t::string:
        return text(value, out);
      case Value::value_t::array:
        return list(value, out, depth + 1);
      case Value::value_t::object:
        return map(value, out, depth + 1);
      case Value::value_t::binary:
      case Value::value_t::discarded:
        break;
    }
    return fail(Errc::invalid_data, "a value of a type that JSON does not have");
  }

 private:
  static Status unsigned_integer(const Value& value, v1::Value& out) {
    const auto number = value.get<std::uint64_t>();
    if (number <= kSignedMax)
      out.set_integer(static_cast<std::int64_t>(number));
    else
      out.set_unsigned_integer(number);
    return {};
  }

  static Status real(const Value& value, v1::Value& out) {
    MUSTER_TRY(check_real(value.get<double>()));
    out.set_real(value.get<double>());
    return {};
  }

  static Status text(const Value& value, v1::Value& out) {
    const auto& bytes = value.get_ref<const std::string&>();
    MUSTER_TRY(check_text(bytes));
    out.set_text(bytes);
    return {};
  }

  Status list(const Value& value, v1::Value& out, int depth) {
    auto& items = *out.mutable_list();
    for (const auto& item : value) MUSTER_TRY(encode(item, *items.add_items(), depth));
    return {};
  }

  Status map(const Value& value, v1::Value& out, int depth) {
    auto& entries = *out.mutable_map()->mutable_entries();
    for (const auto& [key, item] : value.items()) {
      MUSTER_TRY(check_text(key));
      MUSTER_TRY(encode(item, entries[key], depth));
    }
    return {};
  }

  Limits limits_;
};

class Decoder {
 public:
  Result<Value> decode(const v1::Value& in, int depth) {
    MUSTER_TRY(limits_.enter(depth + (in.has_list() || in.has_map() ? 1 : 0)));
    switch (in.kind_case()) {
      case v1::Value::kNull:
        return Value(nullptr);
      case v1::Value::kBoolean:
        return Value(in.boolean());
      case v1::Value::kInteger:
        return Value(in.integer());
      case v1::Value::kUnsignedInteger:
        return unsigned_integer(in.unsigned_integer());
      case v1::Value::kReal:
        return real(in.real());
      case v1::Value::kText:
        return text(in.text());
      case v1::Value::kList:
        return list(in.list(), depth + 1);
      case v1::Value::kMap:
        return map(in.map(), depth + 1);
      case v1::Value::KIND_NOT_SET:
        break;
    }
    if (depth == 0) return Value(nullptr);
    return fail(Errc::invalid_data, "a value of unknown kind inside a list or map");
  }

 private:
  static Result<Value> unsigned_integer(std::uint64_t number) {
    if (number <= kSignedMax) return Value(static_cast<std::int64_t>(number));
    return Value(number);
  }

  static Result<Value> real(double number) {
    MUSTER_TRY(check_real(number));
    return Value(number);
  }

  static Result<Value> text(const std::string& bytes) {
    MUSTER_TRY(check_text(bytes));
    return Value(bytes);
  }

  Result<Value> list(const v1::List& in, int depth) {
    Value out = Value::array();
    for (const auto& item : in.items()) {
      MUSTER_ASSIGN(auto value, decode(item, depth));
      out.push_back(std::move(value));
    }
    return out;
  }

  Result<Value> map(const v1::Map& in, int depth) {
    Value out = Value::object();
    for (const auto& [key, item] : in.entries()) {
      MUSTER_TRY(check_text(key));
      MUSTER_ASSIGN(auto value, decode(item, depth));
      out[key] = std::move(value);
    }
    return out;
  }

  Limits limits_;
};

}  // namespace

Status encode_value(const Value& value, v1::Value& out) {
  out.Clear();
  return Encoder().encode(value, out, 0);
}

Result<Value> decode_value(const v1::Value& in) {
  return Decoder().decode(in, 0);
}

Result<Value> decode_map(std::string_view what, const v1::Value& in) {
  MUSTER_ASSIGN(auto value, decode_value(in));
  if (value.is_null()) return Result<Value>(Value::object());
  if (!value.is_object())
    return fail(Errc::invalid_data,
                std::string(what) + " must be a map, not a " + value.type_name());
  return Result<Value>(std::move(value));
}

}  // namespace muster::envelope
