#include "plugins/facts/http_get.hpp"

#include <gmock/gmock.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <future>

#include "proto/base/unique_fd.hpp"

namespace muster::facts {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

// Answers one connection with fixed bytes; keeps it open until it is closed when there are none.
class OneAnswer {
 public:
  explicit OneAnswer(std::string bytes)
      : listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in any{};
    any.sin_family = AF_INET;
    any.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof any;
    EXPECT_EQ(::bind(listener_.get(), reinterpret_cast<sockaddr*>(&any), size), 0);
    EXPECT_EQ(::listen(listener_.get(), 1), 0);
    ::getsockname(listener_.get(), reinterpret_cast<sockaddr*>(&any), &size);
    server_ = {"127.0.0.1", std::to_string(ntohs(any.sin_port))};
    done_ = std::async(std::launch::async, [this, bytes = std::move(bytes)] { answer(bytes); });
  }

  Result<HttpAnswer> ask(std::chrono::milliseconds patience = 10s) const {
    return http_request(server_, "GET", "/x", {"A: b"},
                        std::chrono::steady_clock::now() + patience);
  }

 private:
  void answer(const std::string& bytes) const {
    const base::UniqueFd peer(::accept(listener_.get(), nullptr, nullptr));
    std::string request;
    char c = 0;
    while (!request.ends_with("\r\n\r\n") && ::recv(peer.get(), &c, 1, 0) == 1) request += c;
    EXPECT_THAT(request, HasSubstr("GET /x HTTP/1.1\r\n"));
    EXPECT_THAT(request, HasSubstr("\r\nA: b\r\n"));
    ::send(peer.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (bytes.empty()) ::recv(peer.get(), &c, 1, 0);
  }

  base::UniqueFd listener_;
  HttpServer server_;
  std::future<void> done_;
};

TEST(HttpGetTest, StatusAndBodyAreRead) {
  const OneAnswer server("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhelloEXTRA");
  const auto answer = server.ask();
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(answer->status, 200);
  EXPECT_EQ(answer->body, "hello");
}

TEST(HttpGetTest, AnswerThatWasCutOffIsAnError) {
  const OneAnswer server("HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nhello");
  const auto answer = server.ask();
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, Errc::unavailable);
}

TEST(HttpGetTest, OtherProtocolIsAnError) {
  const OneAnswer server("220 mail ready\r\n\r\n");
  EXPECT_EQ(server.ask().error().code, Errc::invalid_data);
}

TEST(HttpGetTest, ChunksAreRefusedRatherThanMisread) {
  const OneAnswer server(
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n");
  EXPECT_THAT(server.ask().error().message, HasSubstr("chunks"));
}

TEST(HttpGetTest, LargeAnswerIsRefused) {
  const OneAnswer server("HTTP/1.1 200 OK\r\n\r\n" + std::string(kHttpAnswerMaxBytes, 'x'));
  EXPECT_EQ(server.ask().error().code, Errc::limit);
}

TEST(HttpGetTest, SilenceEndsAtTheDeadline) {
  const OneAnswer server("");
  const auto answer = server.ask(100ms);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, Errc::timeout);
}

TEST(HttpGetTest, UrlsAreParsedStrictly) {
  EXPECT_EQ(parse_server("http://169.254.169.254")->address, "169.254.169.254");
  EXPECT_EQ(parse_server("http://169.254.169.254/")->port, "80");
  EXPECT_EQ(parse_server("http://127.0.0.1:8080")->port, "8080");
  EXPECT_EQ(parse_server("http://[fd00:ec2::254]")->address, "fd00:ec2::254");
  EXPECT_EQ(parse_server("http://[::1]:81")->port, "81");
  for (const auto* url :
       {"", "https://1.2.3.4", "http://", "http://1.2.3.4/latest", "http://1.2.3.4:x"})
    EXPECT_FALSE(parse_server(url)) << url;
}

TEST(HttpGetTest, NamesAreNotResolved) {
  const auto answer =
      http_request({"localhost", "80"}, "GET", "/", {}, std::chrono::steady_clock::now() + 1s);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, Errc::config);
}

}  // namespace
}  // namespace muster::facts
