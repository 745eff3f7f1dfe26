// A binary min-heap of due times. A timer lives inside its owner and knows its place, so it can be cancelled.
#ifndef BENCH_TIMERS_H
#define BENCH_TIMERS_H

#include <stddef.h>
#include <stdint.h>

struct timer {
    uint64_t due;
    size_t place; // Index in the heap plus one; 0 while it is not scheduled.
};

struct timers {
    struct timer **heap;
    size_t count, capacity;
};

// Schedules the timer, or moves it when it is scheduled already.
void timers_set(struct timers *timers, struct timer *timer, uint64_t due);
void timers_cancel(struct timers *timers, struct timer *timer);
// The soonest timer, or NULL.
struct timer *timers_first(const struct timers *timers);

#endif
