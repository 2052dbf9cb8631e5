#include "plugins/http/plain_client.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <netinet/in.h>
#include <sys/eventfd.h>
#include <sys/socket.h>

#include <cstdlib>
#include <future>

#include "proto/base/unique_fd.hpp"

namespace muster::http {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

// A port that takes connections, and says nothing by itself.
class Listener {
 public:
  Listener() : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in any{};
    any.sin_family = AF_INET;
    any.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof any;
    EXPECT_EQ(::bind(fd_.get(), reinterpret_cast<sockaddr*>(&any), size), 0);
    EXPECT_EQ(::listen(fd_.get(), 1), 0);
    ::getsockname(fd_.get(), reinterpret_cast<sockaddr*>(&any), &size);
    request_.url = fmt::format("http://127.0.0.1:{}/x", ntohs(any.sin_port));
    request_.headers = {"A: b"};
    request_.timeout = 10s;
    request_.response_max_bytes = 10'000;
  }

  int fd() const { return fd_.get(); }
  const Request& request() const { return request_; }

 private:
  base::UniqueFd fd_;
  Request request_;
};

// Answers one connection with fixed bytes; keeps it open until it is closed when there are none.
class OneAnswer : public Listener {
 public:
  explicit OneAnswer(std::string bytes)
      : done_(std::async(std::launch::async, [this, bytes = std::move(bytes)] { answer(bytes); })) {
  }

  Result<Response> ask() const { return PlainClient().send(request()); }

 private:
  void answer(const std::string& bytes) const {
    const base::UniqueFd peer(::accept(fd(), nullptr, nullptr));
    std::string request;
    char c = 0;
    while (!request.ends_with("\r\n\r\n") && ::recv(peer.get(), &c, 1, 0) == 1) request += c;
    EXPECT_THAT(request, HasSubstr("GET /x HTTP/1.1\r\n"));
    EXPECT_THAT(request, HasSubstr("\r\nA: b\r\n"));
    ::send(peer.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (bytes.empty()) ::recv(peer.get(), &c, 1, 0);
  }

  std::future<void> done_;
};

// As long as it lives, the environment names a proxy that does not answer.
struct ProxyInEnvironment {
  ProxyInEnvironment() { ::setenv("http_proxy", "http://127.0.0.1:1", 1); }
  ~ProxyInEnvironment() { ::unsetenv("http_proxy"); }
};

TEST(PlainClientTest, StatusAndBodyAreRead) {
  const OneAnswer server("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhelloEXTRA");
  const auto answer = server.ask();
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(answer->status, 200);
  EXPECT_EQ(answer->body, "hello");
}

TEST(PlainClientTest, AnswerThatWasCutOffIsAnError) {
  const OneAnswer server("HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nhello");
  const auto answer = server.ask();
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, Errc::unavailable);
}

TEST(PlainClientTest, OtherProtocolIsAnError) {
  const OneAnswer server("220 mail ready\r\n\r\n");
  const auto answer = server.ask();
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, Errc::invalid_data) << answer.error().message;
}

TEST(PlainClientTest, AnAnswerInChunksIsPutTogether) {
  const OneAnswer server(
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n");
  const auto answer = server.ask();
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(answer->body, "hello");
}

TEST(PlainClientTest, LargeAnswerIsRefused) {
  const OneAnswer server("HTTP/1.1 200 OK\r\n\r\n" + std::string(10'001, 'x'));
  EXPECT_EQ(server.ask().error().code, Errc::limit);
}

TEST(PlainClientTest, ARedirectIsAnAnswerAndNotFollowed) {
  const OneAnswer server(
      "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n");
  const auto answer = server.ask();
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(answer->status, 302);
}

TEST(PlainClientTest, AProxyOfTheEnvironmentIsNotUsed) {
  const ProxyInEnvironment named;
  const OneAnswer server("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello");
  const auto answer = server.ask();
  EXPECT_TRUE(answer) << answer.error().message;
}

TEST(PlainClientTest, SilenceEndsAtTheDeadline) {
  const OneAnswer server("");
  auto request = server.request();
  request.timeout = 100ms;
  const auto answer = PlainClient().send(request);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, Errc::timeout);
}

TEST(PlainClientTest, ARequestThatIsCancelledDoesNotWaitForItsAnswer) {
  const Listener silent;
  const base::UniqueFd cancel(::eventfd(1, EFD_CLOEXEC));
  auto request = silent.request();
  request.cancel_fd = cancel.get();
  const auto started = std::chrono::steady_clock::now();
  const auto answer = PlainClient().send(request);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, Errc::timeout);
  EXPECT_LT(std::chrono::steady_clock::now() - started, request.timeout / 2);
}

TEST(PlainClientTest, UrlsAreParsedStrictly) {
  for (const std::string url : {"http://169.254.169.254", "http://127.0.0.1:8080",
                                "http://[fd00:ec2::254]", "http://[::1]:81"}) {
    EXPECT_EQ(numeric_server(url).value_or(""), url);
    EXPECT_EQ(numeric_server(url + "/").value_or(""), url);
  }
  for (const auto* url : {"", "https://1.2.3.4", "http://", "http://1.2.3.4/latest",
                          "http://1.2.3.4:x", "http://1.2.3.4:", "http://::1", "http://a@1.2.3.4"})
    EXPECT_FALSE(numeric_server(url)) << url;
}

TEST(PlainClientTest, NamesAreNotResolved) {
  Request request;
  request.url = "http://localhost/";
  const auto answer = PlainClient().send(request);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, Errc::config);
}

}  // namespace
}  // namespace muster::http
