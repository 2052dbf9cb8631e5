// name('argument').field OP VALUE.
#pragma once

#include <optional>

#include "proto/filter/comparison.hpp"
#include "proto/filter/scanner.hpp"
#include "proto/filter/term.hpp"
#include "proto/filter/version.hpp"

namespace muster::filter {

struct DataCall {
  std::string plugin;
  std::optional<std::string> argument;
  std::string field;
};

class DataTerm final : public Term {
 public:
  // With a `rule` the field is compared as a version; what is none is false.
  DataTerm(DataCall call, Comparison comparison, std::optional<VersionRule> rule = std::nullopt)
      : call_(std::move(call)), comparison_(std::move(comparison)), rule_(rule) {}
  // A field that the plugin's answer lacks is false; no answer at all, or one that cannot be
  // compared, breaks the expression.
  Truth evaluate(const Subject& subject) const override;
  std::string printed() const override;
  Explanation explain(const Subject& subject) const override;
  void add_needs(Needs& needs) const override { needs.data.insert(call_.plugin); }

 private:
  DataCall call_;
  Comparison comparison_;
  std::optional<VersionRule> rule_;
};

// "package('nginx').version".
Result<DataCall> parse_data_call(Scanner& scanner);

Result<TermPtr> parse_data(Scanner& scanner);

}  // namespace muster::filter
