#include "tally.h"

#include <stdio.h>

static const char *const failure_names[FAILURES] = {"connect", "closed", "status", "framing", "content", "deadline"};

void tally_fail(struct tally *tally, enum failure failure, const char *reason) {
    if (tally->failed++ == 0) snprintf(tally->first_failure, sizeof tally->first_failure, "%s", reason);
    tally->failures[failure]++;
}

static void print_histogram(const char *name, const struct histogram *histogram) {
    if (histogram->total == 0) {
        printf(",\"%s\":null", name);
        return;
    }
    printf(",\"%s\":{\"p50\":%.2f,\"p90\":%.2f,\"p99\":%.2f,\"max\":%.2f}", name,
           (double)histogram_quantile(histogram, 0.50) / 1e3, (double)histogram_quantile(histogram, 0.90) / 1e3,
           (double)histogram_quantile(histogram, 0.99) / 1e3, (double)histogram->max / 1e3);
}

// The status line of a stranger may hold anything: what is no plain ASCII becomes a question mark.
static void print_quoted(const char *text) {
    putchar('"');
    for (; *text; text++) {
        if (*text == '"' || *text == '\\') putchar('\\');
        putchar(*text >= ' ' && *text < 127 ? *text : '?');
    }
    putchar('"');
}

void tally_print(const struct tally *tally, bool streaming) {
    double seconds = tally->end > tally->begin ? (double)(tally->end - tally->begin) / 1e9 : 0;
    double per_second = seconds > 0 ? 1 / seconds : 0;
    printf("{\"seconds\":%.4f,\"requests\":%llu,\"total_requests\":%llu,\"requests_per_second\":%.1f", seconds,
           (unsigned long long)tally->recorded, (unsigned long long)tally->total,
           (double)tally->recorded * per_second);
    printf(",\"failed\":%llu,\"lost_events\":%llu,\"reconnects\":%llu", (unsigned long long)tally->failed,
           (unsigned long long)tally->lost_events, (unsigned long long)tally->reconnects);
    printf(",\"failures\":{");
    for (int i = 0; i < FAILURES; i++)
        printf("%s\"%s\":%llu", i ? "," : "", failure_names[i], (unsigned long long)tally->failures[i]);
    printf("},\"first_failure\":");
    print_quoted(tally->first_failure);
    if (streaming)
        printf(",\"events\":%llu,\"total_events\":%llu,\"events_per_second\":%.1f",
               (unsigned long long)tally->recorded_events, (unsigned long long)tally->total_events,
               (double)tally->recorded_events * per_second);
    print_histogram("latency_us", &tally->latency);
    print_histogram("first_byte_us", &tally->first_byte);
    if (streaming) print_histogram("event_delay_us", &tally->delay);
    printf("}\n");
}
