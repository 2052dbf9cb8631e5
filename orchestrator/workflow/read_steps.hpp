// The steps of a workflow's file, and in the place of each that is another workflow the steps of that one.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "orchestrator/workflow/check_order.hpp"
#include "orchestrator/workflow/workflow.hpp"
#include "proto/base/result.hpp"
#include "proto/base/strict_yaml.hpp"

namespace muster::workflow {

// The text of the workflow in that file, whose path begins where the whole workflow's file lies.
using FindText = std::function<Result<std::string>(const std::string& file)>;

// Of a whole; what is wrong is complained of where it stands. Not thread-safe.
class StepsReader {
 public:
  struct Place {
    std::string file;              // as FindText knows it
    const Place* outer = nullptr;  // the one that it is a step of; outlives it
  };

  // Borrows the descriptions. `name`: of the whole, as problems are told of it.
  StepsReader(const Descriptions& agents, FindText find, std::string name);
  // In their order, those of blocks by their full names.
  std::vector<Step> read(base::StrictMap& map, const Place& place, OrderCheck& order);

 private:
  std::vector<Step> read_inner(base::StrictMap& map, const Step& step, const Place& place,
                               OrderCheck& order);
  std::vector<Step> read_parallel(base::StrictMap& map, const Step& step, OrderCheck& order);
  Status may_open(const Place& inner);

  const Descriptions& agents_;
  const FindText find_;
  const std::string name_;
  std::size_t opened_ = 0;
};

// All that stands there but for the steps. `workflow` stays as it is where something is not said.
void read_head(base::StrictMap& map, Workflow& workflow);
// The names of all steps that stand there, before they are read. Nothing: they are too many, which is complained of, and must not
// be read; of what is no list, none.
std::optional<std::vector<std::string>> names_of_steps(base::StrictMap& map,
                                                       std::string_view key = "steps");

}  // namespace muster::workflow
