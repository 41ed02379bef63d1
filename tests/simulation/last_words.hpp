// When production code aborts (a CHECK that doesn't hold), the history that led there is what is needed.
#pragma once

#include <functional>
#include <string>

namespace towline::simulation {

// For as long as it lives: the story that is printed if this thread aborts. They nest.
class LastWords {
 public:
  explicit LastWords(std::function<std::string()> story);
  ~LastWords();
  LastWords(const LastWords&) = delete;
  LastWords& operator=(const LastWords&) = delete;

  // Installs the handler: an abort prints the story and ends the process with this code.
  static void install(int exit_code);

 private:
  const LastWords* outer_;
  std::function<std::string()> story_;
};

}  // namespace towline::simulation
