// Checks the body of one answer: that a completion is whole, that every event of a stream came once and in order.
#ifndef BENCH_ANSWER_H
#define BENCH_ANSWER_H

#include "histogram.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ANSWER_TEXT_LIMIT 4096

struct answer {
    bool streaming;
    unsigned events_wanted, events_seen, next_event;
    bool is_damaged, has_usage, has_done;
    uint64_t body_count;
    char first, last;
    uint64_t now;            // Set by the caller before bytes are taken.
    struct histogram *delay; // NULL while nothing is recorded.
    size_t text_count;
    char text[ANSWER_TEXT_LIMIT]; // The line that is not whole yet, or the begin of a completion.
};

void answer_reset(struct answer *answer, bool streaming, unsigned events, struct histogram *delay);

// Takes a piece of the body. An http_body_sink; the context is the answer.
void answer_take(void *answer, const char *bytes, size_t count);

// To be called when the body has ended: what is wrong with it, or NULL.
const char *answer_problem(const struct answer *answer);

// Events that were asked for and have not come.
unsigned answer_lost_events(const struct answer *answer);

#endif
