#include "support.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#define SECOND_NS 1000000000ull

uint64_t now_ns(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (uint64_t)time.tv_sec * SECOND_NS + (uint64_t)time.tv_nsec;
}

_Noreturn void die(const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    fputc('\n', stderr);
    exit(2);
}

uint64_t parse_number(const char *name, const char *text, uint64_t limit) {
    char *end;
    errno = 0;
    unsigned long long value = strtoull(text, &end, 10);
    bool plain = text[0] >= '0' && text[0] <= '9' && *end == 0;
    if (!plain || errno || value > limit) die("%s wants a number from 0 to %llu", name, (unsigned long long)limit);
    return value;
}

void raise_file_limit(void) {
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit)) return;
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
}

size_t buffer_count(const struct buffer *buffer) { return buffer->end - buffer->start; }

const char *buffer_front(const struct buffer *buffer) { return buffer->bytes + buffer->start; }

void buffer_append(struct buffer *buffer, const void *bytes, size_t count) {
    if (count == 0) return;
    if (buffer->end + count > buffer->capacity && buffer->start > 0) {
        memmove(buffer->bytes, buffer->bytes + buffer->start, buffer->end - buffer->start);
        buffer->end -= buffer->start;
        buffer->start = 0;
    }
    if (buffer->end + count > buffer->capacity) {
        size_t capacity = (buffer->end + count) * 2;
        char *grown = realloc(buffer->bytes, capacity);
        if (!grown) die("out of memory");
        buffer->bytes = grown;
        buffer->capacity = capacity;
    }
    memcpy(buffer->bytes + buffer->end, bytes, count);
    buffer->end += count;
}

void buffer_consume(struct buffer *buffer, size_t count) {
    buffer->start += count;
    if (buffer->start == buffer->end) buffer->start = buffer->end = 0;
}

void buffer_free(struct buffer *buffer) {
    free(buffer->bytes);
    *buffer = (struct buffer){0};
}

void wakeup_open(struct wakeup *wakeup) {
    wakeup->fd = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
    if (wakeup->fd < 0) die("timerfd_create: %s", strerror(errno));
    wakeup->due = 0;
}

void wakeup_set(struct wakeup *wakeup, uint64_t due) {
    if (wakeup->due == due) return;
    wakeup->due = due;
    struct itimerspec time = {.it_value = {(time_t)(due / SECOND_NS), (long)(due % SECOND_NS)}};
    timerfd_settime(wakeup->fd, TFD_TIMER_ABSTIME, &time, NULL);
}

void wakeup_acknowledge(struct wakeup *wakeup) {
    uint64_t expirations;
    // Once fired it is no longer armed, so the next wakeup_set must not be skipped.
    if (read(wakeup->fd, &expirations, sizeof expirations) > 0) wakeup->due = 0;
}
