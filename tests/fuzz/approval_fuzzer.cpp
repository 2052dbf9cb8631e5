// What approvers sign: a statement that is read is written again byte for byte, so that nothing hides in it.
#include "proto/approval/statement.hpp"
#include "tests/fuzz/fuzzer.hpp"

MUSTER_FUZZER(approval) {
  using muster::fuzz::require;
  const auto text = muster::fuzz::text_of(data, size);
  const auto statement = muster::approval::parse(text);
  if (!statement) return 0;
  const auto again = muster::approval::text_of(*statement);
  require(again.has_value() && *again == text, "a statement has one text");
  require(statement->until_ms - statement->asked_at_ms <= muster::approval::kLifeMaxMs,
          "it lasts a day at most");
  static_cast<void>(muster::approval::why_not_now(*statement, statement->until_ms));
  return 0;
}
