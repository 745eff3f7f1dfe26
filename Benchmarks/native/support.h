// What the mock and the load client share: a clock, a growing buffer, a precise wake-up and fatal errors.
#ifndef BENCH_SUPPORT_H
#define BENCH_SUPPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Nanoseconds of CLOCK_MONOTONIC: one clock for all processes of the machine, so stamps of the mock can be compared
// with readings of the load client.
uint64_t now_ns(void);

// Prints the message and ends the process with status 2.
_Noreturn void die(const char *format, ...) __attribute__((format(printf, 1, 2)));

// The whole of `text` as a number from 0 to `limit`, or the end of the process with a word about `name`.
uint64_t parse_number(const char *name, const char *text, uint64_t limit);

// Lifts the soft limit of open files to the hard one.
void raise_file_limit(void);

// Bytes waiting for something; `start` moves forward as they are used.
struct buffer {
    char *bytes;
    size_t start, end, capacity;
};

size_t buffer_count(const struct buffer *buffer);
const char *buffer_front(const struct buffer *buffer);
void buffer_append(struct buffer *buffer, const void *bytes, size_t count);
void buffer_consume(struct buffer *buffer, size_t count);
void buffer_free(struct buffer *buffer);

// A timerfd that wakes an epoll loop at an absolute time; the timeout of epoll_wait is too coarse (1 ms).
struct wakeup {
    int fd;
    uint64_t due;
};

void wakeup_open(struct wakeup *wakeup);
// 0 turns the wake-up off.
void wakeup_set(struct wakeup *wakeup, uint64_t due);
// To be called when the descriptor is readable.
void wakeup_acknowledge(struct wakeup *wakeup);

#endif
