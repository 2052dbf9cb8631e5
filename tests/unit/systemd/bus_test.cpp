// What goes wrong before a service manager has said anything; tests/integration/service has a real
// one.
#include "plugins/systemd/bus.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <cstring>

#include "plugins/systemd/manager.hpp"
#include "proto/base/unique_fd.hpp"
#include "tests/support/fakes/temp_folder.hpp"

namespace muster::systemd {
namespace {

using testing::AllOf;
using testing::HasSubstr;

TEST(BusTest, WithoutABusItSaysWhereItLooked) {
  const auto bus = Bus::connect("unix:path=/nowhere/bus");
  ASSERT_FALSE(bus);
  EXPECT_EQ(bus.error().code, Errc::unavailable);
  EXPECT_THAT(bus.error().message, HasSubstr("unix:path=/nowhere/bus: No such file or directory"));
}

TEST(BusTest, ABusThatDoesNotAnswerIsGivenUp) {
  const fakes::TempFolder folder;
  const auto path = (folder / "bus").string();
  const base::UniqueFd listening(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  ASSERT_LT(path.size(), sizeof(address.sun_path));
  std::memcpy(address.sun_path, path.c_str(), path.size());
  ASSERT_EQ(::bind(listening.get(), reinterpret_cast<sockaddr*>(&address), sizeof(address)), 0);
  ASSERT_EQ(::listen(listening.get(), 1), 0);
  const auto begin = std::chrono::steady_clock::now();
  const auto bus = Bus::connect("unix:path=" + path, std::chrono::milliseconds(50));
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(20));
  ASSERT_FALSE(bus);
  EXPECT_EQ(bus.error().code, Errc::timeout) << bus.error().message;
}

TEST(JournalTailTest, AJournalThatCannotBeReadIsNoReasonToFail) {
  UnitState state;
  EXPECT_EQ(journal_tail({"", kBusPatience, {"/nowhere/journalctl"}}, state), "");
  state.invocation = std::string(32, 'a');
  EXPECT_EQ(journal_tail({"", kBusPatience, {"/nowhere/journalctl"}}, state), "");
  EXPECT_EQ(journal_tail({"", kBusPatience, {"/bin/false"}}, state), "");
  EXPECT_THAT(journal_tail({"", kBusPatience, {"/bin/echo", "said\n"}}, state),
              HasSubstr("_SYSTEMD_INVOCATION_ID=" + state.invocation));
}

// As journald knows it of a program that ended before it looked: with its unit alone, and with a time before the start.
TEST(JournalTailTest, LinesThatNameNoStartAreFoundByUnitAndTime) {
  UnitState state;
  state.unit = "web.service";
  state.invocation = std::string(32, 'a');
  state.started_us = 1'800'000'010'900'000;
  EXPECT_THAT(journal_tail({"", kBusPatience, {"/bin/echo"}}, state),
              AllOf(HasSubstr("--since @1800000008 "), HasSubstr("_SYSTEMD_UNIT=web.service")));
}

TEST(JournalTailTest, AJournalThatIsAMomentBehindIsReadAgain) {
  const fakes::TempFolder folder;
  const auto calls = (folder / "calls").string();
  UnitState state;
  state.invocation = std::string(32, 'a');
  const auto says_at_the_fourth =
      "echo x >>" + calls + "; [ $(wc -l <" + calls + ") -lt 4 ] || echo the disk is gone";
  EXPECT_EQ(journal_tail({"", kBusPatience, {"/bin/sh", "-c", says_at_the_fourth}}, state),
            "the disk is gone");
}

}  // namespace
}  // namespace muster::systemd
