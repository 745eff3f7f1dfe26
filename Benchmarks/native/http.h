// An incremental HTTP/1.1 message reader, for requests (mock) and answers (load client).
// It takes bytes in pieces of any size and hands the body on as it comes. https://www.rfc-editor.org/rfc/rfc9112
#ifndef BENCH_HTTP_H
#define BENCH_HTTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define HTTP_HEAD_LIMIT 8192

enum http_kind { HTTP_REQUEST, HTTP_RESPONSE };

enum http_phase {
    HTTP_HEAD,
    HTTP_LENGTH_BODY,
    HTTP_CHUNK_SIZE,
    HTTP_CHUNK_DATA,
    HTTP_CHUNK_END,
    HTTP_TRAILER,
    HTTP_UNTIL_CLOSE,
    HTTP_DONE, // The last two stop http_feed.
    HTTP_BAD,
};

struct http_message {
    enum http_kind kind;
    enum http_phase phase;
    int status;           // Of an answer.
    bool close;           // The sender will not use the connection again.
    bool wants_continue;  // Expect: 100-continue.
    uint64_t left;        // Bytes of the body, or of the chunk, that have not come yet.
    unsigned line_count;  // Characters of the chunk-size or trailer line so far.
    bool extension;       // Within a chunk extension, which is skipped.
    size_t head_count;
    char head[HTTP_HEAD_LIMIT + 1]; // Ends with NUL once the phase is past HTTP_HEAD.
};

typedef void http_body_sink(void *context, const char *bytes, size_t count);

void http_reset(struct http_message *message, enum http_kind kind);

// Takes up to `count` bytes and returns how many it used: fewer only when the message ended or is malformed.
size_t http_feed(struct http_message *message, const char *bytes, size_t count, http_body_sink *sink, void *context);

// The value of a header of a complete head, not NUL-terminated, or NULL.
const char *http_header(const struct http_message *message, const char *name, size_t *count);

#endif
