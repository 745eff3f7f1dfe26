// The figures of a run and their line of JSON.
#ifndef BENCH_TALLY_H
#define BENCH_TALLY_H

#include "histogram.h"

#include <stdbool.h>
#include <stdint.h>

enum failure {
    FAILED_CONNECT,
    FAILED_CLOSED,
    FAILED_STATUS,
    FAILED_FRAMING,
    FAILED_CONTENT,
    FAILED_DEADLINE,
    FAILURES,
};

struct tally {
    uint64_t total, total_events;       // Warm-up included: what the gateway's CPU time was spent on.
    uint64_t recorded, recorded_events; // Answers and events after the warm-up.
    uint64_t failed, lost_events;       // Warm-up included.
    uint64_t reconnects;                // The gateway closed a connection between two requests.
    uint64_t failures[FAILURES];
    uint64_t begin, end; // Of the recorded part.
    char first_failure[160];
    struct histogram latency, first_byte, delay;
};

void tally_fail(struct tally *tally, enum failure failure, const char *reason);
void tally_print(const struct tally *tally, bool streaming);

#endif
