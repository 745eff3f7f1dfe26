// A histogram of durations with buckets that are 0.1 % wide, so recording is one increment and memory is fixed.
#ifndef BENCH_HISTOGRAM_H
#define BENCH_HISTOGRAM_H

#include <stdint.h>

#define HISTOGRAM_PRECISION_BITS 10
#define HISTOGRAM_BUCKETS ((64 - HISTOGRAM_PRECISION_BITS + 1) << HISTOGRAM_PRECISION_BITS)

struct histogram {
    uint64_t total, max;
    uint32_t counts[HISTOGRAM_BUCKETS];
};

void histogram_record(struct histogram *histogram, uint64_t value);
// The smallest value that at least `share` (0 to 1) of all values do not exceed; 0 when it is empty.
uint64_t histogram_quantile(const struct histogram *histogram, double share);

#endif
