// What clang's thread-safety analysis is told of locks; nothing for other compilers. `run-tests lint`
// reads it. Only guarded.hpp needs these: everybody else uses base::Guarded.
#pragma once

#if defined(__clang__)
#define MUSTER_THREAD_SAFETY(attribute) __attribute__((attribute))
#else
#define MUSTER_THREAD_SAFETY(attribute)
#endif

// A class that is a lock; one that holds a lock from its constructor to its destructor.
#define MUSTER_CAPABILITY(name) MUSTER_THREAD_SAFETY(capability(name))
#define MUSTER_SCOPED_CAPABILITY MUSTER_THREAD_SAFETY(scoped_lockable)
// A member that needs the lock.
#define MUSTER_GUARDED_BY(lock) MUSTER_THREAD_SAFETY(guarded_by(lock))
// A function that takes the lock, gives it back, must not be called with it.
#define MUSTER_ACQUIRE(...) MUSTER_THREAD_SAFETY(acquire_capability(__VA_ARGS__))
#define MUSTER_RELEASE(...) MUSTER_THREAD_SAFETY(release_capability(__VA_ARGS__))
#define MUSTER_EXCLUDES(...) MUSTER_THREAD_SAFETY(locks_excluded(__VA_ARGS__))
// A body that the analysis cannot follow.
#define MUSTER_UNCHECKED MUSTER_THREAD_SAFETY(no_thread_safety_analysis)
