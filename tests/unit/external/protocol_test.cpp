#include "node-agent/external/protocol.hpp"

#include <gmock/gmock.h>

namespace muster::external {
namespace {

using testing::HasSubstr;

TEST(ExternalProtocolTest, ARequestHasTheKeysOfChoriasSchema) {
  plugins::ActionRequest request;
  request.agent = "parrot";
  request.action = "repeat";
  request.data = {{"message", "hello"}};
  request.caller = "cert=alice";
  request.request_id = "r1";
  request.collective = "main";
  request.sent_at_ms = 1'700'000'000'999;
  request.ttl_s = 60;
  EXPECT_EQ(Value::parse(rpc_request(request)),
            (Value{{"$schema", "https://choria.io/schemas/mcorpc/external/v1/rpc_request.json"},
                   {"protocol", "io.choria.mcorpc.external.v1.rpc_request"},
                   {"agent", "parrot"},
                   {"action", "repeat"},
                   {"requestid", "r1"},
                   {"senderid", "alice"},
                   {"callerid", "cert=alice"},
                   {"collective", "main"},
                   {"ttl", 60},
                   {"msgtime", 1'700'000'000},
                   {"data", {{"message", "hello"}}}}));
  EXPECT_EQ(
      Value::parse(activation_request("parrot")),
      (Value{{"$schema", "https://choria.io/schemas/mcorpc/external/v1/activation_request.json"},
             {"protocol", "io.choria.mcorpc.external.v1.activation_request"},
             {"agent", "parrot"}}));
}

TEST(ExternalProtocolTest, AReplyMayLeaveOutEverything) {
  const auto empty = read_rpc_reply("{}");
  ASSERT_TRUE(empty) << empty.error().message;
  EXPECT_EQ(empty->status, 0);
  EXPECT_EQ(empty->message, "OK");
  EXPECT_EQ(empty->data, Value::object());
  const auto nulls = read_rpc_reply(R"({"statuscode":null,"statusmsg":null,"data":null,"more":1})");
  ASSERT_TRUE(nulls) << nulls.error().message;
  const auto failed = read_rpc_reply(R"({"statuscode":4,"data":{"why":"so"}})");
  ASSERT_TRUE(failed) << failed.error().message;
  EXPECT_EQ(failed->status, 4);
  EXPECT_EQ(failed->message, "failed with status 4");
  EXPECT_EQ(failed->data, (Value{{"why", "so"}}));
}

// A table: what Choria's reader, which is Go's, makes of each.
TEST(ExternalProtocolTest, KeysCountWithoutRegardToCase) {
  for (const char* text :
       {R"({"StatusCode":1,"StatusMsg":"no","Data":{"Output":"x"}})",
        R"({"STATUSCODE":1,"STATUSMSG":"no","DATA":{"Output":"x"}})",
        R"({"Statuscode":1,"statusMsg":"no","data":{"Output":"x"}})",
        R"({"StatusCode":0,"statuscode":1,"statusmsg":"no","data":{"Output":"x"}})"}) {
    const auto reply = read_rpc_reply(text);
    ASSERT_TRUE(reply) << reply.error().message;
    EXPECT_EQ(reply->status, 1) << text;
    EXPECT_EQ(reply->message, "no") << text;
    EXPECT_EQ(reply->data, (Value{{"Output", "x"}})) << "its own keys stay as they are";
  }
  EXPECT_EQ(read_activation_reply(R"({"Activate": true})").value(), true);
}

// As Go reads them, one after the other.
TEST(ExternalProtocolTest, OfAKeyThatStandsTwiceTheLastCountsHoweverItIsSpelt) {
  EXPECT_EQ(read_rpc_reply(R"({"statuscode":1,"StatusCode":2})")->status, 2);
  EXPECT_EQ(read_rpc_reply(R"({"statuscode":1,"StatusCode":2,"statuscode":3})")->status, 3);
  EXPECT_EQ(read_rpc_reply(R"({"statuscode":2,"StatusCode":null})")->status, 2);
  EXPECT_FALSE(read_rpc_reply(R"({"statuscode":"wrong","StatusCode":2})"));
  EXPECT_EQ(read_rpc_reply(R"({"Data":[[1],{"data":2}],"data":{"a":{"Data":3}}})")->data,
            (Value{{"a", {{"Data", 3}}}}));
  EXPECT_EQ(read_rpc_reply(R"({"data":{"a":1},"Data":null})")->data, Value::object());
  EXPECT_EQ(read_activation_reply(R"({"activate":true,"Activate":false})").value(), false);
}

TEST(ExternalProtocolTest, StatusesOfItsOwnAreFailuresThatKeepTheirData) {
  const auto said = read_rpc_reply(R"({"statuscode":6,"statusmsg":"odd","data":{"a":1}})");
  ASSERT_TRUE(said) << said.error().message;
  EXPECT_EQ(said->status, 5);
  EXPECT_EQ(said->message, "odd (status 6)");
  EXPECT_EQ(said->data, (Value{{"a", 1}}));
  const auto silent = read_rpc_reply(R"({"statuscode":255})");
  ASSERT_TRUE(silent) << silent.error().message;
  EXPECT_EQ(silent->message, "failed with status 255");
}

TEST(ExternalProtocolTest, DataOfAnyKindIsAnAnswer) {
  for (const char* data : {"\"1067\"", "[1, 2]", "7", "true"}) {
    const auto reply = read_rpc_reply(std::string(R"({"data": )") + data + "}");
    ASSERT_TRUE(reply) << reply.error().message;
    EXPECT_EQ(reply->status, 0);
    EXPECT_EQ(reply->data, Value::parse(data));
  }
}

struct Row {
  std::string reply;
  const char* why;
};

TEST(ExternalProtocolTest, AMalformedReplyIsToldInWords) {
  const std::vector<Row> rows{
      {"", "it wrote no reply"},
      {" \n\t", "it wrote no reply"},
      {"{\"statuscode\": 0", "its reply of 16 bytes is not JSON; it begins with '{\"statuscode"},
      {"ok", "is not JSON"},
      {"[]", "must be a JSON object, not array"},
      {"7", "must be a JSON object, not number"},
      {R"({"statuscode":"0"})", "'statuscode' must be an integer from 0 to 255"},
      {R"({"statuscode":256})", "'statuscode' must be an integer from 0 to 255, not '256'"},
      {R"({"statuscode":-1})", "'statuscode' must be"},
      {R"({"statuscode":1.5})", "'statuscode' must be"},
      {R"({"statuscode":18446744073709551615})", "'statuscode' must be"},
      {R"({"statusmsg":{}})", "'statusmsg' must be a string"},
      {std::string(1'000'000, '['), "nests deeper than 64 levels"},
      {R"({"data":{"a":)" + std::string(80, '[') + std::string(80, ']') + "}}", "nests deeper"},
  };
  for (const auto& row : rows) {
    const auto reply = read_rpc_reply(row.reply);
    ASSERT_FALSE(reply) << row.reply.substr(0, 80);
    EXPECT_EQ(reply.error().code, Errc::unknown);
    EXPECT_THAT(reply.error().message, HasSubstr(row.why));
  }
}

TEST(ExternalProtocolTest, BracketsInsideOfTextAreNoNesting) {
  EXPECT_FALSE(
      too_deep("{\"a\": \"" + std::string(200, '[') + "\\\"" + std::string(200, '{') + "\"}"));
}

TEST(ExternalProtocolTest, ActivationIsTrueOnlyWhenItSaysSo) {
  EXPECT_EQ(read_activation_reply(R"({"activate": true})").value(), true);
  EXPECT_EQ(read_activation_reply(R"({"activate": false})").value(), false);
  EXPECT_EQ(read_activation_reply("{}").value(), false);
  EXPECT_FALSE(read_activation_reply(R"({"activate": "yes"})"));
  EXPECT_FALSE(read_activation_reply(""));
}

}  // namespace
}  // namespace muster::external
