// What steps remember about keys that records have: a bounded table that forgets what was not used for longest.
#pragma once

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <list>
#include <unordered_map>
#include <utility>

#include "base/siphash.hpp"

namespace towline::transforms {

// Keys are hashes: an entry takes the same memory whatever the key is. One thread at a time.
template <class Value>
class RecentKeys {
 public:
  // Holds at most `capacity` (1 or more) entries.
  explicit RecentKeys(std::size_t capacity) : capacity_(capacity) {}

  struct Found {
    Value& value;  // valid until the next call
    bool added;    // it is a new one, as its default constructor makes it
  };
  Found find_or_add(const Hash128& key) {
    const auto known = places_.find(key);
    if (known != places_.end()) {
      entries_.splice(entries_.begin(), entries_, known->second);
      return {known->second->value, false};
    }
    if (entries_.size() == capacity_) {
      reuse_oldest(key);
    } else {
      entries_.push_front({key, {}});
      places_.emplace(key, entries_.begin());
    }
    return {entries_.front().value, true};
  }

  std::size_t size() const { return entries_.size(); }

 private:
  struct Entry {
    Hash128 key;
    Value value;
  };
  using Entries = std::list<Entry>;
  struct Place {
    std::size_t operator()(const Hash128& key) const { return static_cast<std::size_t>(key.low); }
  };

  // Without allocating anything.
  void reuse_oldest(const Hash128& key) {
    const auto oldest = std::prev(entries_.end());
    auto place = places_.extract(oldest->key);
    place.key() = key;
    *oldest = {key, {}};
    entries_.splice(entries_.begin(), entries_, oldest);
    places_.insert(std::move(place));
  }

  std::size_t capacity_;
  Entries entries_;  // the one that was used last is the first
  std::unordered_map<Hash128, typename Entries::iterator, Place> places_;
};

}  // namespace towline::transforms
