// The answers of the mock, ready to be sent: heads, bodies and chunk framing included.
#ifndef BENCH_CANNED_H
#define BENCH_CANNED_H

#include <stddef.h>
#include <stdint.h>

struct text {
    const char *bytes;
    size_t count;
};

// To be called once, before the others.
void canned_prepare(void);

struct text canned_completion(void);
struct text canned_stream_head(void);
// One event; its text is "T", the time in 16 hexadecimal digits, "-", the number in 6. Holds until the next call.
struct text canned_event(uint64_t time_ns, unsigned number);
// What follows the events: finish reason, usage, [DONE], last chunk.
struct text canned_stream_tail(void);

#endif
