#include "net/tls_server.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <fstream>
#include <string_view>

#include "net/tls_test_support.hpp"

namespace towline::net {
namespace {

using ::testing::HasSubstr;

// Both ends of a connection in one thread, each non-blocking.
class TlsServerTest : public ::testing::Test {
 protected:
  TlsServerTest() {
    std::signal(SIGPIPE, SIG_IGN);  // as in the daemon
    EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, sockets_.data()), 0);
  }
  ~TlsServerTest() override {
    hang_up();
    ::close(sockets_[0]);
  }
  TlsServerTest(const TlsServerTest&) = delete;
  TlsServerTest& operator=(const TlsServerTest&) = delete;

  void accept(const TlsServerConfig& config) {
    auto loaded = TlsServer::load(config);
    ASSERT_TRUE(loaded) << loaded.error().message;
    server_.emplace(std::move(*loaded));
    session_.emplace(server_->accept(sockets_[0]));
  }
  void connect(bool known = false, int max_version = TLS1_3_VERSION) {
    context_ = files_.client_context(known);
    SSL_CTX_set_max_proto_version(context_.get(), max_version);
    client_.reset(SSL_new(context_.get()));
    SSL_set_fd(client_.get(), sockets_[1]);
    SSL_set_connect_state(client_.get());
  }

  // The server's result of a handshake in which both take steps in turn.
  TlsStatus shake_hands() {
    TlsStatus status = TlsStatus::wants_read;
    for (int step = 0; step < 10 && status == TlsStatus::wants_read; ++step) {
      SSL_do_handshake(client_.get());
      status = session_->handshake();
    }
    SSL_do_handshake(client_.get());
    return status;
  }
  void send(std::string_view text) {
    EXPECT_EQ(SSL_write(client_.get(), text.data(), static_cast<int>(text.size())), static_cast<int>(text.size()));
  }
  void hang_up() {
    if (sockets_[1] >= 0) ::close(sockets_[1]);
    sockets_[1] = -1;
  }

  tls_test::Files files_;
  std::array<int, 2> sockets_{};
  std::optional<TlsServer> server_;
  std::optional<TlsSession> session_;
  std::unique_ptr<SSL_CTX, tls_test::Free> context_;
  std::unique_ptr<SSL, tls_test::Free> client_;
  std::array<char, 64> buffer_{};
};

TEST_F(TlsServerTest, ReadsWhatTheClientWrites) {
  accept(files_.config());
  connect();
  ASSERT_EQ(shake_hands(), TlsStatus::done);
  TlsRead read = session_->read(buffer_.data(), buffer_.size());
  EXPECT_EQ(read.size, 0U);
  EXPECT_EQ(read.status, TlsStatus::wants_read);

  send("one ");
  send("two");
  read = session_->read(buffer_.data(), buffer_.size());
  EXPECT_EQ(std::string_view(buffer_.data(), read.size), "one two") << "several TLS records in one read";
  EXPECT_EQ(read.status, TlsStatus::wants_read);
}

TEST_F(TlsServerTest, AFullBufferMeansThatThereMayBeMore) {
  accept(files_.config());
  connect();
  ASSERT_EQ(shake_hands(), TlsStatus::done);
  send("0123456789");
  TlsRead read = session_->read(buffer_.data(), 4);
  EXPECT_EQ(read.size, 4U);
  EXPECT_EQ(read.status, TlsStatus::done);
  read = session_->read(buffer_.data(), buffer_.size());
  EXPECT_EQ(std::string_view(buffer_.data(), read.size), "456789");
}

TEST_F(TlsServerTest, TheEndWithAndWithoutCloseNotify) {
  accept(files_.config());
  connect();
  ASSERT_EQ(shake_hands(), TlsStatus::done);
  send("last");
  SSL_shutdown(client_.get());
  const TlsRead read = session_->read(buffer_.data(), buffer_.size());
  EXPECT_EQ(read.size, 4U);
  EXPECT_EQ(read.status, TlsStatus::ended);
  session_->close_notify();
  EXPECT_EQ(SSL_read(client_.get(), buffer_.data(), 1), 0);
  EXPECT_EQ(SSL_get_error(client_.get(), 0), SSL_ERROR_ZERO_RETURN);
}

TEST_F(TlsServerTest, HangingUpWithoutCloseNotifyIsAnEnd) {
  accept(files_.config());
  connect();
  ASSERT_EQ(shake_hands(), TlsStatus::done);
  send("last");
  hang_up();
  const TlsRead read = session_->read(buffer_.data(), buffer_.size());
  EXPECT_EQ(read.size, 4U);
  EXPECT_EQ(read.status, TlsStatus::ended);
  session_->close_notify();  // to nobody: no signal, no error
}

TEST_F(TlsServerTest, NothingIsSentAfterTheHandshake) {
  accept(files_.config());
  connect();
  ASSERT_EQ(shake_hands(), TlsStatus::done);
  send("line");
  EXPECT_EQ(session_->read(buffer_.data(), buffer_.size()).size, 4U);
  char byte = 0;
  EXPECT_EQ(::recv(sockets_[1], &byte, 1, MSG_PEEK), -1) << "a client that closes with this unread would reset";
  EXPECT_EQ(errno, EAGAIN);
}

TEST_F(TlsServerTest, PlainTextIsRefused) {
  accept(files_.config());
  ASSERT_GT(::send(sockets_[1], "{\"message\":\"secret text\"}\n", 26, 0), 0);
  EXPECT_EQ(session_->handshake(), TlsStatus::failed);
  EXPECT_FALSE(session_->error().empty());
  EXPECT_THAT(session_->error(), ::testing::Not(HasSubstr("secret")));
}

TEST_F(TlsServerTest, AClientThatGoesAwayInTheHandshake) {
  accept(files_.config());
  EXPECT_EQ(session_->handshake(), TlsStatus::wants_read);
  hang_up();
  const TlsStatus status = session_->handshake();
  EXPECT_TRUE(status == TlsStatus::failed || status == TlsStatus::ended);
}

TEST_F(TlsServerTest, TheOldestVersionIsASetting) {
  TlsServerConfig config = files_.config();
  accept(config);
  connect(false, TLS1_2_VERSION);
  EXPECT_EQ(shake_hands(), TlsStatus::done);
}

TEST_F(TlsServerTest, AnOlderVersionIsRefused) {
  TlsServerConfig config = files_.config();
  config.min_version = TlsVersion::tls1_3;
  accept(config);
  connect(false, TLS1_2_VERSION);
  EXPECT_EQ(shake_hands(), TlsStatus::failed);
  EXPECT_THAT(session_->error(), HasSubstr("protocol"));
}

TEST_F(TlsServerTest, MutualTlsTakesAKnownClient) {
  TlsServerConfig config = files_.config();
  config.client_ca_file = files_.path("clients.crt");
  accept(config);
  connect(true);
  EXPECT_EQ(shake_hands(), TlsStatus::done);
}

TEST_F(TlsServerTest, MutualTlsRefusesAnUnknownClient) {
  TlsServerConfig config = files_.config();
  config.client_ca_file = files_.path("clients.crt");
  accept(config);
  connect(false);
  EXPECT_EQ(shake_hands(), TlsStatus::failed);
  EXPECT_THAT(session_->error(), HasSubstr("certificate"));
}

TEST_F(TlsServerTest, ErrorsNameTheSettingAndTheFile) {
  TlsServerConfig config = files_.config();
  config.cert_file = "/nowhere/server.crt";
  EXPECT_EQ(TlsServer::load(config).error().message,
            "can't use tls.cert_file /nowhere/server.crt: No such file or directory");

  config = files_.config();
  config.key_file = files_.path("other.key");
  EXPECT_THAT(TlsServer::load(config).error().message,
              HasSubstr("can't use tls.key_file " + config.key_file + ": key"));

  config = files_.config();
  config.client_ca_file = files_.path("empty.crt");
  std::ofstream(config.client_ca_file) << "no certificate\n";
  EXPECT_THAT(TlsServer::load(config).error().message,
              HasSubstr("can't use tls.client_ca_file " + config.client_ca_file));
}

}  // namespace
}  // namespace towline::net
