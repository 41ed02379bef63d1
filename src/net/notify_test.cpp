#include "net/notify.hpp"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <cstring>

namespace towline::net {
namespace {

using namespace std::chrono_literals;

// The service manager's end. An abstract name needs no file that must be removed.
class Manager {
 public:
  explicit Manager(const std::string& name) : fd_(socket(AF_UNIX, SOCK_DGRAM, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, name.data(), name.size());
    if (name[0] == '@') address.sun_path[0] = '\0';
    const auto length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + name.size());
    EXPECT_EQ(bind(fd_, reinterpret_cast<const sockaddr*>(&address), length), 0);
  }
  ~Manager() { close(fd_); }
  Manager(const Manager&) = delete;
  Manager& operator=(const Manager&) = delete;

  std::string next() const {
    std::array<char, 256> buffer{};
    const ssize_t size = recv(fd_, buffer.data(), buffer.size(), MSG_DONTWAIT);
    return size < 0 ? "<nothing>" : std::string(buffer.data(), static_cast<std::size_t>(size));
  }

 private:
  int fd_;
};

std::string unique_name(const std::string& prefix) {
  return prefix + "towline-notify-test-" + std::to_string(getpid());
}

TEST(ServiceNotifier, SpeaksToAnAbstractSocket) {
  const Manager manager(unique_name("@"));
  const ServiceNotifier notifier(unique_name("@"));
  notifier.ready();
  EXPECT_EQ(manager.next(), "READY=1");
  notifier.status("2 sinks\nREADY=0");
  EXPECT_EQ(manager.next(), "STATUS=2 sinks READY=0");
  notifier.alive();
  EXPECT_EQ(manager.next(), "WATCHDOG=1");
  notifier.stopping();
  EXPECT_EQ(manager.next(), "STOPPING=1");
  EXPECT_EQ(manager.next(), "<nothing>");
}

TEST(ServiceNotifier, SpeaksToAPath) {
  const std::string path = testing::TempDir() + unique_name("");
  {
    const Manager manager(path);
    setenv("NOTIFY_SOCKET", path.c_str(), 1);
    ServiceNotifier::from_environment().ready();
    unsetenv("NOTIFY_SOCKET");
    EXPECT_EQ(manager.next(), "READY=1");
  }
  unlink(path.c_str());
}

TEST(ServiceNotifier, IsSilentWithoutAManager) {
  unsetenv("NOTIFY_SOCKET");
  ServiceNotifier::from_environment().ready();
  ServiceNotifier("/nonexistent/socket").ready();
  ServiceNotifier(std::string(4096, 'x')).ready();
}

TEST(ServiceNotifier, NeverWaitsForAManagerThatDoesNotRead) {
  const Manager manager(unique_name("@"));
  const ServiceNotifier notifier(unique_name("@"));
  for (int i = 0; i < 10'000; ++i) notifier.alive();
  EXPECT_EQ(manager.next(), "WATCHDOG=1");
}

std::optional<Duration> interval_with(const char* usec, const char* pid) {
  const auto set = [](const char* name, const char* value) {
    return value == nullptr ? unsetenv(name) : setenv(name, value, 1);
  };
  set("WATCHDOG_USEC", usec);
  set("WATCHDOG_PID", pid);
  const std::optional<Duration> interval = watchdog_interval();
  set("WATCHDOG_USEC", nullptr);
  set("WATCHDOG_PID", nullptr);
  return interval;
}

TEST(Watchdog, IsFedAtHalfItsTime) {
  EXPECT_EQ(interval_with("30000000", nullptr), 15s);
  EXPECT_EQ(interval_with("30000000", std::to_string(getpid()).c_str()), 15s);
}

TEST(Watchdog, IsIgnoredWhenAbsentOrNotOurs) {
  EXPECT_EQ(interval_with(nullptr, nullptr), std::nullopt);
  EXPECT_EQ(interval_with("30000000", "1"), std::nullopt);
  EXPECT_EQ(interval_with("30000000", "x"), std::nullopt);
  for (const char* usec : {"0", "1", "-5", "", "soon", "99999999999999999999"}) {
    EXPECT_EQ(interval_with(usec, nullptr), std::nullopt) << usec;
  }
}

}  // namespace
}  // namespace towline::net
