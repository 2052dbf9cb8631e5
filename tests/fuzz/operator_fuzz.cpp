// What operators type and pipe in: read, or refused in words.
#include <gtest/gtest.h>

#include "orchestrator/cli/discovery/limit.hpp"
#include "orchestrator/cli/discovery/name_list.hpp"
#include "orchestrator/cli/reply_filter.hpp"
#include "proto/base/names.hpp"
#include "proto/filter/filter.hpp"
#include "proto/filter/subject.hpp"
#include "tests/fuzz/mutator.hpp"

namespace muster {
namespace {

TEST(OperatorFuzz, AListOfNodesHoldsOnlyNamesThatNodesMayHave) {
  fuzz::run({"n1\n# two\nn2\n", R"({"replies": [{"sender": "n1", "data": {}}]})",
             R"(["n1", {"certname": "n2"}])", "---\n- n1\n- n2\n",
             "{\"sender\": \"n1\"}\n{\"request_stats\": {}}\n"},
            4'000, [&](std::string_view input) {
              const auto names = cli::names_from(input, "list");
              if (!names) {
                EXPECT_FALSE(names.error().message.empty());
                return;
              }
              for (const auto& name : *names) EXPECT_TRUE(base::check_identity(name)) << name;
            });
}

TEST(OperatorFuzz, AReplyFilterIsReadOrRefusedInWords) {
  client::NodeResult reply;
  reply.identity = "n1";
  reply.outcome = client::Outcome::ok;
  reply.data = Value::object();
  fuzz::run({"ok() and data.a.b = 1", "not (failed() or msg =~ /x/i)", "data('a.0') != 'b c'",
             "time < 10.5 and sender = /^n/"},
            4'000, [&](std::string_view input) {
              const auto filter = cli::ReplyFilter::parse(input);
              if (filter)
                filter->matches(reply);
              else
                EXPECT_FALSE(filter.error().message.empty());
            });
}

TEST(OperatorFuzz, AFilterIsReadOrRefusedInWords) {
  const Value facts{{"os", {{"family", "Debian"}}}, {"cpus", 4}, {"ips", {"a", "b"}}};
  fuzz::run({"os.family =~ /deb/i and not cpus < 2", "(web or /db/) and fstat('/x').mode = 644",
             "a='b c' or !d>=1.5"},
            4'000, [&](std::string_view input) {
              const auto filter = filter::Filter::parse({.compounds = {std::string(input)}});
              if (filter)
                filter->matches({.identity = "n1", .facts = &facts});
              else
                EXPECT_FALSE(filter.error().message.empty());
            });
}

TEST(OperatorFuzz, ACountIsReadOrRefusedInWords) {
  fuzz::run({"10", "25%", "1000000"}, 2'000, [&](std::string_view input) {
    const auto count = cli::Count::parse("--limit", input);
    if (count) {
      EXPECT_LE(count->of(7), 7U);
    }
  });
}

}  // namespace
}  // namespace muster
