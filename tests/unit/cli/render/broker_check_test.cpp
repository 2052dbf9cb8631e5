#include "orchestrator/cli/render/broker_check.hpp"

#include <gmock/gmock.h>

namespace muster::cli::render {
namespace {

using broker_check::Finding;
using broker_check::Verdict;
using testing::HasSubstr;

const std::vector<Finding>& found() {
  static const std::vector<Finding> findings{
      {"stranger", "is refused at the nodes' listener", Verdict::holds, "", ""},
      {"operator", "reads no requests", Verdict::broken, "one\narrived", "write it anew"},
      {"node", "gets in", Verdict::untried, "no node's certificate", ""}};
  return findings;
}

TEST(RenderBrokerCheckTest, EachCheckHasALineAndWhatIsBrokenSaysWhatToDo) {
  EXPECT_EQ(broker_check_text(found(), Style(false), 100),
            "WHO       WHAT                               RESULT   WHY NOT\n"
            "stranger  is refused at the nodes' listener  holds\n"
            "operator  reads no requests                  broken\n"
            "node      gets in                            untried  no node's certificate\n"
            "\n"
            "operator: reads no requests\n"
            "   seen: one arrived\n"
            "   do:   write it anew\n"
            "\n"
            "1 hold, 1 broken, 1 not tried\n");
  EXPECT_TRUE(any_broken(found()));
  EXPECT_FALSE(any_broken({found()[0], found()[2]}));
}

TEST(RenderBrokerCheckTest, AReasonThatTheTableCutsStandsBelowIt) {
  const auto text = broker_check_text(found(), Style(false), 62);
  EXPECT_THAT(text, HasSubstr("untried  no node"));
  EXPECT_THAT(text, HasSubstr("\nnot tried: no node's certificate\n"));
}

TEST(RenderBrokerCheckTest, TheJsonHasTheSame) {
  const auto json = broker_check_json(found());
  EXPECT_EQ(json.at("holds"), 1);
  EXPECT_EQ(json.at("broken"), 1);
  EXPECT_EQ(json.at("untried"), 1);
  EXPECT_EQ(json.at("checks").at(1), (Value{{"who", "operator"},
                                            {"what", "reads no requests"},
                                            {"result", "broken"},
                                            {"detail", "one\narrived"},
                                            {"remedy", "write it anew"}}));
}

}  // namespace
}  // namespace muster::cli::render
