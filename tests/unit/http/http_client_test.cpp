#include "plugins/http/client_pool.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <future>

#include "tests/support/fakes/temp_folder.hpp"
#include "tests/unit/http/tls_server.hpp"

namespace muster::http {
namespace {

using testing::HasSubstr;

std::string answer(int status, const std::string& body) {
  return fmt::format("HTTP/1.1 {} X\r\nContent-Length: {}\r\n\r\n{}", status, body.size(), body);
}

class HttpClientTest : public testing::Test {
 protected:
  TlsServer& server(TlsServer::Handler handler) {
    x509::IssueSpec spec;
    spec.common_name = "server";
    spec.dns_names = {"localhost"};
    spec.server = true;
    server_ = std::make_unique<TlsServer>(ca_.issue(spec), ca_, std::move(handler));
    return *server_;
  }
  static Tls trusting(const test::TestCa& ca) { return {ca.certificate().pem(), {}, {}}; }
  static Request get(std::string url) {
    Request request;
    request.url = std::move(url);
    return request;
  }

  const test::TestCa ca_{"Puppet CA: test"};
  const fakes::TempFolder folder_;

 private:
  std::unique_ptr<TlsServer> server_;
};

TEST_F(HttpClientTest, SendsMethodHeadersAndBodyAndGivesTheAnswer) {
  auto& there = server([](const std::string& request) { return answer(200, request); });
  Request request;
  request.method = "PUT";
  request.url = there.url("/x/y");
  request.headers = {"Content-Type: text/plain"};
  request.body = "the body";
  const auto response = Client(trusting(ca_)).send(request);
  ASSERT_TRUE(response) << response.error().message;
  EXPECT_EQ(response->status, 200);
  EXPECT_THAT(response->body, testing::StartsWith("PUT /x/y HTTP/1.1\r\n"));
  EXPECT_THAT(response->body, HasSubstr("Content-Type: text/plain\r\n"));
  EXPECT_THAT(response->body, HasSubstr("\r\n\r\nthe body"));
  EXPECT_THAT(response->body, testing::Not(HasSubstr("Expect:")));
}

TEST_F(HttpClientTest, AnAnswerThatSaysNoIsStillAnAnswer) {
  auto& there = server([](const std::string&) { return answer(404, "none"); });
  const auto response = Client(trusting(ca_)).send(get(there.url("/")));
  ASSERT_TRUE(response) << response.error().message;
  EXPECT_EQ(response->status, 404);
  EXPECT_EQ(response->body, "none");
}

TEST_F(HttpClientTest, KeepsItsConnection) {
  auto& there = server([](const std::string&) { return answer(200, ""); });
  Client client(trusting(ca_));
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(client.send(get(there.url("/"))));
  EXPECT_EQ(there.connections(), 1);
}

TEST_F(HttpClientTest, ABorrowedClientGoesOnWithTheConnectionOfTheLast) {
  auto& there = server([](const std::string&) { return answer(200, ""); });
  ClientPool pool;
  EXPECT_TRUE(pool.take(trusting(ca_))->send(get(there.url("/1"))));
  EXPECT_TRUE(pool.take(trusting(ca_))->send(get(there.url("/2"))));
  EXPECT_EQ(there.connections(), 1);
  pool.clear();
  EXPECT_TRUE(pool.take(trusting(ca_))->send(get(there.url("/3"))));
  EXPECT_EQ(there.connections(), 2);
}

TEST_F(HttpClientTest, AConnectionThatTheServerHasGivenUpIsMadeAnew) {
  std::atomic<int> requests{0};
  auto& there = server([&](const std::string&) {
    return ++requests == 2 ? "" : answer(200, "");  // nothing to send: the server closes
  });
  Client client(trusting(ca_));
  EXPECT_TRUE(client.send(get(there.url("/1"))));
  const auto again = client.send(get(there.url("/2")));
  EXPECT_TRUE(again) << again.error().message;
  EXPECT_EQ(there.connections(), 2);
}

TEST_F(HttpClientTest, AServerThatNeverAnswersIsAskedOnce) {
  std::atomic<int> requests{0};
  auto& there = server([&](const std::string&) { return ++requests, std::string(); });
  EXPECT_EQ(Client(trusting(ca_)).send(get(there.url("/1"))).error().code, Errc::unavailable);
  EXPECT_EQ(requests, 1);
}

TEST_F(HttpClientTest, ShowsItsCertificate) {
  auto& there = server([](const std::string& request) { return answer(200, request); });
  ca_.issue_node("m1.example").write(folder_.path(), "m1");
  Client client({ca_.certificate().pem(), folder_ / "m1.pem", folder_ / "m1.key"});
  const auto response = client.send(get(there.url("/")));
  ASSERT_TRUE(response) << response.error().message;
  EXPECT_THAT(response->body, HasSubstr("Client: m1.example"));
}

TEST_F(HttpClientTest, AServerOfAnotherCaIsRefused) {
  auto& there = server([](const std::string&) { return answer(200, ""); });
  const auto response = Client(trusting(test::TestCa("Puppet CA: test"))).send(get(there.url("/")));
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code, Errc::refused);
  EXPECT_THAT(response.error().message, HasSubstr(there.url("/")));
  EXPECT_THAT(response.error().message, HasSubstr("must come from the given CA"));
}

TEST_F(HttpClientTest, ACertificateForAnotherHostIsRefused) {
  auto& there = server([](const std::string&) { return answer(200, ""); });
  const auto response = Client(trusting(ca_)).send(get(there.url("/", "127.0.0.1")));
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code, Errc::refused);
}

TEST_F(HttpClientTest, WithoutACaNothingIsSent) {
  auto& there = server([](const std::string&) { return answer(200, ""); });
  EXPECT_EQ(Client(Tls{}).send(get(there.url("/"))).error().code, Errc::config);
  EXPECT_EQ(there.connections(), 0);
  EXPECT_FALSE(Client(Tls{"not PEM", {}, {}}).send(get(there.url("/"))));
}

TEST_F(HttpClientTest, PlainHttpIsRefused) {
  EXPECT_EQ(Client(trusting(ca_)).send(get("http://localhost:1/")).error().code, Errc::config);
}

TEST_F(HttpClientTest, NobodyThereAndNoSuchNameSayWhatToDo) {
  const auto nobody = Client(trusting(ca_)).send(get("https://127.0.0.1:1/"));
  ASSERT_FALSE(nobody);
  EXPECT_EQ(nobody.error().code, Errc::unavailable);
  EXPECT_THAT(nobody.error().message, HasSubstr("GET https://127.0.0.1:1/"));
  const auto nameless = Client(trusting(ca_)).send(get("https://no-such-host.invalid/"));
  ASSERT_FALSE(nameless);
  EXPECT_THAT(nameless.error().message, HasSubstr("/etc/hosts"));
}

TEST_F(HttpClientTest, ALargerAnswerThanAllowedIsALimit) {
  auto& there = server([](const std::string&) { return answer(200, std::string(5000, 'x')); });
  auto request = get(there.url("/"));
  request.response_max_bytes = 4999;
  EXPECT_EQ(Client(trusting(ca_)).send(request).error().code, Errc::limit);
  request.response_max_bytes = 5000;
  EXPECT_TRUE(Client(trusting(ca_)).send(request));
}

TEST_F(HttpClientTest, AServerThatSaysNothingIsATimeout) {
  std::promise<void> done;
  // A copy of its own: the server's thread may outlive this frame.
  auto& there = server([waiting = done.get_future().share()](const std::string&) {
    waiting.wait();
    return answer(200, "");
  });
  auto request = get(there.url("/"));
  request.timeout = std::chrono::milliseconds(300);
  const auto response = Client(trusting(ca_)).send(request);
  done.set_value();
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code, Errc::timeout);
}

TEST_F(HttpClientTest, AMissingKeyOfOurOwnIsOurMistake) {
  auto& there = server([](const std::string&) { return answer(200, ""); });
  Client client({ca_.certificate().pem(), folder_ / "none.pem", folder_ / "none.key"});
  EXPECT_EQ(client.send(get(there.url("/"))).error().code, Errc::config);
}

}  // namespace
}  // namespace muster::http
