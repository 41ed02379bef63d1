#include "app/commands/check.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "app/fake_components.hpp"

namespace towline::app {
namespace {

class Check : public testing::Test {
 protected:
  Check() {
    std::string name = (std::filesystem::temp_directory_path() / "towline-check-XXXXXX").string();
    directory_ = ::mkdtemp(name.data());
  }
  ~Check() override { std::filesystem::remove_all(directory_); }

  std::string file(const std::string& name, const std::string& text) {
    std::ofstream(directory_ / name) << text;
    return (directory_ / name).string();
  }
  int check(const std::vector<std::string>& files) {
    return check_command(files, fake::environment(), fake::registry(), out_, err_);
  }

  std::filesystem::path directory_;
  std::ostringstream out_;
  std::ostringstream err_;
};

constexpr const char* valid =
    "sources: { a: { type: tcp, listen: ':1' }, b: { type: udp, listen: ':1' } }\n"
    "sinks: { s: { type: remote, inputs: [a, b], token: file:/no/such/file } }\n";

TEST_F(Check, SaysWhatAValidFileHas) {
  const std::string path = file("good.yaml", valid);
  EXPECT_EQ(check({path}), 0);
  EXPECT_EQ(out_.str(), path + ": configuration is valid: 2 sources, 0 transforms, 1 sink\n");
  EXPECT_EQ(err_.str(), "");
}

TEST_F(Check, SaysEverythingAboutEveryFile) {
  const std::string good = file("good.yaml", valid);
  const std::string bad = file("bad.yaml", "sources: { a: { type: tcp } }\nsinks:\n");
  EXPECT_EQ(check({bad, good, "/nonexistent"}), 2);
  EXPECT_EQ(err_.str(), bad + ":1:12: error: nothing reads the source `a`\n" +
                            "  hint: name it in the inputs of a transform or a sink, or remove it\n" + bad +
                            ":1:15: error: sources.a: the key `listen` is missing\n" +
                            "  hint: for example listen: 127.0.0.1:9000\n" + bad +
                            ":2:1: error: sinks: at least one is needed\n" +
                            "/nonexistent: error: can't be opened: No such file or directory\n");
  EXPECT_EQ(out_.str(), good + ": configuration is valid: 2 sources, 0 transforms, 1 sink\n");
}

}  // namespace
}  // namespace towline::app
