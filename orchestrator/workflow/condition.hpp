// `when:` of a step: whether a node gets it, in the language of filters (docs/FILTERS.md).
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "orchestrator/workflow/values.hpp"
#include "proto/base/result.hpp"
#include "proto/filter/explanation.hpp"
#include "proto/filter/term.hpp"

namespace muster::workflow {

// "country=de and master.facts.country=de and not joining". A name that begins with node, token, master or steps is one of Values'; any
// other is a fact of the node. A name that is not there holds for no operator. Words: `joining` (the node is in the join zone, without
// a certificate), `member`, `always`. Immutable, cheap to copy, thread-safe.
class Condition {
 public:
  Condition() = default;  // always
  // Errc::config shows the text and where it is wrong. Classes and data functions are not known here.
  static Result<Condition> parse(const std::string& text);

  bool holds(const Values& values, bool is_joining) const;
  // Each of its terms, with what stood there; of one that is always true an empty term.
  filter::Explanation explain(const Values& values, bool is_joining) const;
  // As Values knows what the text calls so.
  std::string full_name(const std::string& written) const;
  // Its names become what `rename` makes of them; the text stays as it was written.
  void rename(const std::function<std::string(const std::string&)>& rename);
  // What it reads, by the names of Values; each once.
  std::vector<std::string> names() const;
  // Empty: always.
  const std::string& text() const { return text_; }

 private:
  Value read(const Values& values) const;  // of what it names, by what stands in the text

  std::string text_;
  std::shared_ptr<const filter::Term> term_;       // null: always
  std::map<std::string, std::string> full_names_;  // by what stands in the text
};

}  // namespace muster::workflow
