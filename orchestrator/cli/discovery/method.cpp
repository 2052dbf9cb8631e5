#include "orchestrator/cli/discovery/method.hpp"

#include <fmt/format.h>

#include <array>

#include "proto/base/names.hpp"
#include "proto/base/nearest.hpp"

namespace muster::cli {
namespace {

struct Row {
  std::string_view name;
  Method method;
};

constexpr std::array kNames{
    Row{"automatic", Method::automatic}, Row{"snapshot", Method::snapshot},
    Row{"presence", Method::presence},   Row{"broadcast", Method::broadcast},
    Row{"registry", Method::registry},   Row{"file", Method::file},
    Row{"stdin", Method::piped},         Row{"external", Method::external}};

// MCollective's and Choria's.
constexpr std::array kOtherNames{Row{"mc", Method::broadcast}, Row{"flatfile", Method::file}};

}  // namespace

std::string_view name_of(Method method) {
  for (const auto& row : kNames)
    if (row.method == method) return row.name;
  return "direct";
}

const std::vector<std::string>& method_names() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> all;
    for (const auto& row : kNames) all.emplace_back(row.name);
    return all;
  }();
  return names;
}

Result<Method> method_from(std::string_view name) {
  for (const auto& row : kNames)
    if (row.name == name) return row.method;
  for (const auto& row : kOtherNames)
    if (row.name == name) return row.method;
  return fail(Errc::config, fmt::format("there is no discovery method {}{}", base::quoted(name),
                                        base::hint_for(name, method_names())));
}

}  // namespace muster::cli
