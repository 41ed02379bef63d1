// What the desk answers to a wish, and what becomes of one when the process ends.
#include "app/replay_desk.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <filesystem>
#include <fstream>
#include <optional>

#include "runtime/supervisor.hpp"

namespace towline::app {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::IsEmpty;
using Response = net::HttpServer::Response;

constexpr std::string_view letters = R"({"time":"2026-11-20T10:00:00.5Z","reason":"rejected","record":{"n":1}})"
                                     "\n"
                                     R"({"time":"2026-11-20T11:00:00.5Z","reason":"rejected","record":{"n":2}})"
                                     "\n";

// One sink, "out", with two dead letters.
class ReplayDeskTest : public testing::Test {
 protected:
  ReplayDeskTest() {
    std::ofstream(folder_ + "/out.ndjson") << letters;
    desk_.add("out", stream_);
  }
  ~ReplayDeskTest() override { std::filesystem::remove_all(folder_); }

  static std::string make_folder() {
    std::string path = testing::TempDir() + "replay_desk_XXXXXX";
    return ::mkdtemp(path.data());
  }
  std::string file(const std::string& name) const {
    std::ifstream stream(folder_ + "/" + name);
    return {std::istreambuf_iterator<char>(stream), {}};
  }

  // The wish is at the desk when this returns; its answer comes with wait_for_answers().
  void wish(const std::string& content_type = "application/json", const std::string& query = "") {
    supervisor_.spawn(loop_.get_executor(), "wish", ask(content_type, query));
    loop_.restart();
    loop_.poll();
  }
  void wait_for_answers() {
    loop_.restart();
    loop_.run_for(10s);  // until nobody is left who waits
    EXPECT_EQ(supervisor_.running(), 0U);
  }
  runtime::Awaitable<void> ask(std::string content_type, std::string query) {
    net::HttpServer::Request request{"/replay", query};
    request.content_type = content_type;
    Response answer = co_await desk_.handle(request);
    answers_.push_back(std::move(answer));
  }

  std::string folder_ = make_folder();
  boost::asio::io_context loop_{1};
  runtime::Supervisor supervisor_;
  MemoryBudget budget_{1 << 20};
  codec::Compressor compressor_;
  telemetry::Instrument bytes_;
  SystemClock clock_;
  delivery::DeadLetterFiles files_{folder_, 10'000, clock_};
  stream::Stream stream_{{}, budget_, compressor_, bytes_};
  ReplayDesk desk_{files_, loop_.get_executor(), budget_, clock_};
  std::vector<Response> answers_;
};

TEST_F(ReplayDeskTest, PutsTheLettersBackAndSaysHowMany) {
  wish();
  wait_for_answers();
  ASSERT_EQ(answers_.size(), 1U);
  EXPECT_EQ(answers_[0].status, 200U);
  EXPECT_EQ(answers_[0].body, "{\"sinks\":[{\"sink\":\"out\",\"replayed\":2,\"kept\":0}]}\n");
  EXPECT_EQ(stream_.end(), 2U);
  EXPECT_THAT(file("out.ndjson"), IsEmpty());
}

TEST_F(ReplayDeskTest, RefusesWhatItDoesNotUnderstand) {
  wish("text/plain");
  wish("application/json", "sink=nobody");
  wait_for_answers();
  ASSERT_EQ(answers_.size(), 2U);
  EXPECT_EQ(answers_[0].status, 415U);
  EXPECT_EQ(answers_[1].status, 404U);
  EXPECT_EQ(file("out.ndjson"), letters);
}

TEST_F(ReplayDeskTest, TakesNoWishOnceItHasStopped) {
  desk_.stop();
  wish();
  wait_for_answers();
  ASSERT_EQ(answers_.size(), 1U);
  EXPECT_EQ(answers_[0].status, 503U);
  EXPECT_EQ(answers_[0].body, "{\"error\":\"the process ends\"}\n");
  EXPECT_EQ(stream_.end(), 0U);
  EXPECT_EQ(file("out.ndjson"), letters) << "they were not even set aside";
}

// Without room in memory the first one waits at its first letter until it is stopped.
TEST_F(ReplayDeskTest, StoppingCutsShortWhatIsUnderWayAndItIsAnsweredStill) {
  const Charge others(budget_, 1 << 20);
  wish();
  wish();
  ASSERT_EQ(answers_.size(), 1U) << "the second has its answer";
  EXPECT_EQ(answers_[0].status, 409U);
  desk_.stop();
  wish();
  wait_for_answers();
  ASSERT_EQ(answers_.size(), 3U);
  for (const std::size_t ended : {1U, 2U}) {
    EXPECT_EQ(answers_[ended].status, 503U);
    EXPECT_THAT(answers_[ended].body, HasSubstr("the process ends"));
  }
  EXPECT_EQ(stream_.end(), 0U);
  EXPECT_EQ(file("out.replaying"), letters) << "for the next replay";
}

}  // namespace
}  // namespace towline::app
