// What the load client is asked to do, and the request it sends.
#ifndef BENCH_OPTIONS_H
#define BENCH_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct options {
    uint16_t port;
    unsigned connections;
    uint64_t requests;         // 0: until the time is over.
    uint64_t warmup;           // Requests before anything is recorded.
    uint64_t duration_ns;      // 0: until the requests are done.
    uint64_t deadline_ns;      // Then the run ends, whatever is open; what is open has failed.
    uint64_t ramp_ns;          // Connections are opened evenly over this time.
    double interval_ns;        // Open loop: time between two requests; 0 is a closed loop.
    bool stream, announce;
    unsigned events, gap_ms;
    size_t body_bytes;
    const char *path, *model, *key;
};

// Reads the command line; ends the process when it makes no sense.
struct options options_parse(int count, char **arguments);

// The whole request, head and body, as an SDK would send it: messages first. `count` is its length.
char *options_request(const struct options *options, size_t *count);

#endif
