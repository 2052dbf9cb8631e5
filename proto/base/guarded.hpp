// A value that is only reached with its lock held: the rule is in the type, where a mutex beside the
// members that it guards needs a remark and a reader who believes it.
//
//   struct Counts { std::size_t taken = 0; bool closed = false; };
//   base::Guarded<Counts> counts_;
//   std::condition_variable changed_;
//
//   counts_.with_lock([](Counts& counts) { ++counts.taken; });   // one expression
//   base::Locked counts(counts_);                                // to the end of the scope
//   counts.wait(changed_, [&] { return counts->closed; });
//
// A function that needs the lock takes the value itself, `void drop_oldest(Counts& counts)`: whoever
// calls it has the lock, or had nothing to give. References must not leave the scope of the lock.
// clang's analysis, which lint runs, finds a lock that is taken twice in one function.
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <type_traits>
#include <utility>

#include "proto/base/thread_safety.hpp"

namespace muster::base {

// A std::mutex that clang's analysis knows. Taken by Locked alone.
class MUSTER_CAPABILITY("mutex") Mutex {
 public:
  std::mutex& native() { return mutex_; }

 private:
  std::mutex mutex_;
};

template <class T>
class Locked;

// Thread-safe. Neither copied nor moved: others may hold its lock.
template <class T>
class Guarded {
 public:
  template <class... Arguments>
  explicit Guarded(Arguments&&... arguments) : value_{std::forward<Arguments>(arguments)...} {}
  Guarded(const Guarded&) = delete;
  Guarded(Guarded&&) = delete;
  Guarded& operator=(const Guarded&) = delete;

  // What `use` gives, called with the value and its lock held. Not while this thread has the lock.
  // By value, so that no reference to the value leaves.
  template <class Use>
  auto with_lock(Use&& use) MUSTER_EXCLUDES(mutex_) {
    const Locked<T> value(*this);
    return std::forward<Use>(use)(*value);
  }
  template <class Use>
  auto with_lock(Use&& use) const MUSTER_EXCLUDES(mutex_) {
    const Locked<const T> value(*this);
    return std::forward<Use>(use)(*value);
  }

 private:
  friend class Locked<T>;
  friend class Locked<const T>;

  mutable Mutex mutex_;
  T value_ MUSTER_GUARDED_BY(mutex_);
};

// The lock of a Guarded, and the way to its value. Waits for the lock; gives it back when it ends.
template <class T>
class MUSTER_SCOPED_CAPABILITY Locked {
 public:
  using Of =
      std::conditional_t<std::is_const_v<T>, const Guarded<std::remove_const_t<T>>, Guarded<T>>;

  explicit Locked(Of& guarded) MUSTER_ACQUIRE(guarded.mutex_) MUSTER_UNCHECKED
      : lock_(guarded.mutex_.native()),
        value_(guarded.value_) {}
  ~Locked() MUSTER_RELEASE() {}
  Locked(const Locked&) = delete;
  Locked& operator=(const Locked&) = delete;

  T& operator*() const { return value_; }
  T* operator->() const { return &value_; }

  // Without the lock until `changed` is notified and `done` holds; `done` is called with it.
  template <class Done>
  void wait(std::condition_variable& changed, Done done) {
    changed.wait(lock_, std::move(done));
  }
  // The same until `deadline` at the most; whether `done` holds.
  template <class Clock, class Duration, class Done>
  bool wait_until(std::condition_variable& changed,
                  const std::chrono::time_point<Clock, Duration>& deadline, Done done) {
    return changed.wait_until(lock_, deadline, std::move(done));
  }
  template <class Rep, class Period, class Done>
  bool wait_for(std::condition_variable& changed,
                const std::chrono::duration<Rep, Period>& patience, Done done) {
    return changed.wait_for(lock_, patience, std::move(done));
  }

 private:
  std::unique_lock<std::mutex> lock_;
  T& value_;
};

template <class T>
Locked(Guarded<T>&) -> Locked<T>;
template <class T>
Locked(const Guarded<T>&) -> Locked<const T>;

}  // namespace muster::base
