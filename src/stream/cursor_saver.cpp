#include "stream/cursor_saver.hpp"

#include <utility>

namespace towline::stream {

void CursorSaver::ask(Save save) {
  save_ = std::move(save);
  stage_ = Stage::asked;
}

std::optional<CursorSaver::Save> CursorSaver::take_written() {
  if (stage_.load() != Stage::written) return std::nullopt;
  std::optional<Save> save(std::exchange(save_, {}));
  stage_ = Stage::idle;
  return save;
}

bool CursorSaver::write_asked(Store& store) {
  if (stage_.load() != Stage::asked) return false;
  write(save_, store);
  stage_ = Stage::written;
  return true;
}

void CursorSaver::write(Save& save, Store& store) {
  if (first_ && !first_()) {
    save.states.clear();
    save.error = "dead letters can't be synced";
    return;
  }
  for (auto known = save.states.begin(); known != save.states.end(); ++known) {
    if (store.save(known->first, known->second)) continue;
    save.states.erase(known, save.states.end());
    save.error = "the checkpoint of a cursor can't be written";
    return;
  }
}

}  // namespace towline::stream
