// The data plugins that this node offers, and what stands between a question and a plugin.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "plugins/api/data.hpp"
#include "proto/base/guarded.hpp"
#include "proto/base/result.hpp"
#include "proto/filter/subject.hpp"

namespace muster::agent {

inline constexpr std::size_t kDataTextMaxBytes = 64 * 1024;  // of one output; longer is an error

// Thread-safe. A query that runs keeps its plugin, also when that is replaced meanwhile.
class DataTable final : public filter::DataSource {
 public:
  using Plugins = std::vector<std::shared_ptr<plugins::DataPlugin>>;

  // Keeps those that are active, for good.
  explicit DataTable(Plugins built_in = {});

  // From now on these, and no others, stand beside the built-in ones. Of two with one name the first
  // counts, a built-in one before all.
  void replace_others(Plugins others);

  std::vector<std::string> names() const;  // sorted
  std::shared_ptr<plugins::DataPlugin> find(std::string_view name) const;

  // How long these may take one after the other, by their descriptions; unknown ones take no time.
  std::chrono::seconds patience(const std::vector<std::string>& names) const;

  // Checks the argument against the plugin's description and the answer as well: outputs that are
  // not described are left out, absent ones get their default. Errc::not_found with the nearest name,
  // missing_data or invalid_data for the argument; whatever the plugin says; Errc::unknown for one
  // that throws or answers nonsense.
  Result<Value> query(std::string_view name,
                      const std::optional<std::string>& argument) const override;

 private:
  Plugins built_in_;
  base::Guarded<Plugins> plugins_;  // sorted by name
};

}  // namespace muster::agent
