#include "histogram.h"

#define BITS HISTOGRAM_PRECISION_BITS

// Values below 2^BITS have a bucket each; above, each power of two is cut into 2^BITS parts.
static unsigned bucket_of(uint64_t value) {
    if (value < 1u << BITS) return (unsigned)value;
    unsigned shift = 63u - (unsigned)__builtin_clzll(value) - BITS;
    return ((shift + 1) << BITS) + (unsigned)((value >> shift) - (1u << BITS));
}

static uint64_t highest_value(unsigned bucket) {
    if (bucket < 1u << BITS) return bucket;
    unsigned shift = (bucket >> BITS) - 1;
    uint64_t part = (bucket & ((1u << BITS) - 1)) + (1u << BITS);
    return ((part + 1) << shift) - 1;
}

void histogram_record(struct histogram *histogram, uint64_t value) {
    histogram->counts[bucket_of(value)]++;
    histogram->total++;
    if (value > histogram->max) histogram->max = value;
}

uint64_t histogram_quantile(const struct histogram *histogram, double share) {
    uint64_t wanted = (uint64_t)(share * (double)histogram->total + 0.5), seen = 0;
    if (wanted == 0) wanted = 1;
    for (unsigned bucket = 0; bucket < HISTOGRAM_BUCKETS; bucket++) {
        seen += histogram->counts[bucket];
        if (seen < wanted) continue;
        uint64_t value = highest_value(bucket);
        return value < histogram->max ? value : histogram->max;
    }
    return histogram->max;
}
