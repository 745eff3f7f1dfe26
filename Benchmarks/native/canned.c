#include "canned.h"

#include <stdio.h>
#include <string.h>

#define CHUNK_PREFIX                                                                                                   \
    "{\"id\":\"chatcmpl-mock0123456789abcdef\",\"object\":\"chat.completion.chunk\",\"created\":1760000000,"           \
    "\"model\":\"mock-model\","
#define USAGE                                                                                                          \
    "\"usage\":{\"prompt_tokens\":25,\"completion_tokens\":150,\"total_tokens\":175,"                                  \
    "\"prompt_tokens_details\":{\"cached_tokens\":0}}"

#define STAMP_DIGITS 16
#define NUMBER_DIGITS 6

static const char stream_head[] = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream; charset=utf-8\r\n"
                                  "Cache-Control: no-cache\r\nTransfer-Encoding: chunked\r\n\r\n";

static char completion[4096], event[512], tail[2048];
static size_t completion_count, event_count, tail_count, stamp_at, number_at;

static size_t frame_chunk(char *out, size_t room, const char *data) {
    return (size_t)snprintf(out, room, "%zx\r\ndata: %s\n\n\r\n", strlen("data: ") + strlen(data) + 2, data);
}

static void prepare_completion(void) {
    char text[700] = "", json[2048];
    for (size_t at = 0; at < 600;)
        at += (size_t)snprintf(text + at, sizeof text - at, "The quick brown fox jumps over lazy dog %zu. ", at);
    int count = snprintf(json, sizeof json,
                         "{\"id\":\"chatcmpl-mock0123456789abcdef\",\"object\":\"chat.completion\","
                         "\"created\":1760000000,\"model\":\"mock-model\",\"choices\":[{\"index\":0,\"message\":{"
                         "\"role\":\"assistant\",\"content\":\"%s\",\"refusal\":null},\"logprobs\":null,"
                         "\"finish_reason\":\"stop\"}]," USAGE ",\"system_fingerprint\":\"fp_mock\"}",
                         text);
    completion_count = (size_t)snprintf(completion, sizeof completion,
                                        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
                                        "Content-Length: %d\r\n\r\n%s",
                                        count, json);
}

static void prepare_event(void) {
    event_count = frame_chunk(event, sizeof event,
                              CHUNK_PREFIX "\"choices\":[{\"index\":0,\"delta\":{\"content\":"
                                           "\"T0000000000000000-000000\"},\"finish_reason\":null}]}");
    stamp_at = (size_t)(strstr(event, "\"T0") - event) + 2;
    number_at = stamp_at + STAMP_DIGITS + 1;
}

static void prepare_tail(void) {
    static const char *const last[] = {
        CHUNK_PREFIX "\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}",
        CHUNK_PREFIX "\"choices\":[]," USAGE "}",
        "[DONE]",
    };
    for (size_t i = 0; i < sizeof last / sizeof *last; i++)
        tail_count += frame_chunk(tail + tail_count, sizeof tail - tail_count, last[i]);
    tail_count += (size_t)snprintf(tail + tail_count, sizeof tail - tail_count, "0\r\n\r\n");
}

void canned_prepare(void) {
    prepare_completion();
    prepare_event();
    prepare_tail();
}

static void write_hex(char *out, int digits, uint64_t value) {
    for (int i = digits - 1; i >= 0; i--, value >>= 4) out[i] = "0123456789abcdef"[value & 15];
}

struct text canned_completion(void) { return (struct text){completion, completion_count}; }

struct text canned_stream_head(void) { return (struct text){stream_head, sizeof stream_head - 1}; }

struct text canned_event(uint64_t time_ns, unsigned number) {
    write_hex(event + stamp_at, STAMP_DIGITS, time_ns);
    write_hex(event + number_at, NUMBER_DIGITS, number);
    return (struct text){event, event_count};
}

struct text canned_stream_tail(void) { return (struct text){tail, tail_count}; }
