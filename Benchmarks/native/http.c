#include "http.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define BODY_LIMIT ((uint64_t)1 << 40)

void http_reset(struct http_message *message, enum http_kind kind) {
    // The head's bytes are overwritten anyway; clearing 8 KB for every message would show in the figures.
    memset(message, 0, offsetof(struct http_message, head));
    message->kind = kind;
}

const char *http_header(const struct http_message *message, const char *name, size_t *count) {
    size_t length = strlen(name);
    const char *line = strstr(message->head, "\r\n");
    while (line && line[2] != '\r' && line[2] != 0) {
        line += 2;
        const char *end = strstr(line, "\r\n");
        if (!end) return NULL;
        if (strncasecmp(line, name, length) == 0 && line[length] == ':') {
            const char *value = line + length + 1;
            while (value < end && (*value == ' ' || *value == '\t')) value++;
            *count = (size_t)(end - value);
            return value;
        }
        line = end;
    }
    return NULL;
}

static bool header_is(const struct http_message *message, const char *name, const char *expected) {
    size_t count;
    const char *value = http_header(message, name, &count);
    return value && count == strlen(expected) && strncasecmp(value, expected, count) == 0;
}

static bool parse_length(const char *digits, size_t count, uint64_t *length) {
    *length = 0;
    for (size_t i = 0; i < count; i++) {
        if (digits[i] < '0' || digits[i] > '9' || *length > BODY_LIMIT / 10) return false;
        *length = *length * 10 + (uint64_t)(digits[i] - '0');
    }
    return count > 0;
}

static enum http_phase phase_after_head(struct http_message *message) {
    size_t count;
    if (http_header(message, "transfer-encoding", &count))
        return header_is(message, "transfer-encoding", "chunked") ? HTTP_CHUNK_SIZE : HTTP_BAD;
    const char *length = http_header(message, "content-length", &count);
    if (length) {
        if (!parse_length(length, count, &message->left)) return HTTP_BAD;
        return message->left ? HTTP_LENGTH_BODY : HTTP_DONE;
    }
    return message->kind == HTTP_REQUEST ? HTTP_DONE : HTTP_UNTIL_CLOSE;
}

static void parse_head(struct http_message *message) {
    message->head[message->head_count] = 0;
    if (strlen(message->head) != message->head_count) {
        message->phase = HTTP_BAD;
        return;
    }
    bool is_response = message->kind == HTTP_RESPONSE;
    if (is_response && strncmp(message->head, "HTTP/1.", 7) != 0) {
        message->phase = HTTP_BAD;
        return;
    }
    // "HTTP/1.1 200": the fixed prefix is nine characters; a shorter head cannot reach here, it ends with CRLF CRLF.
    if (is_response) message->status = message->head_count > 12 ? atoi(message->head + 9) : 0;
    message->close = header_is(message, "connection", "close");
    message->wants_continue = header_is(message, "expect", "100-continue");
    message->phase = phase_after_head(message);
}

static size_t take_head(struct http_message *message, const char *bytes, size_t count) {
    size_t before = message->head_count, room = HTTP_HEAD_LIMIT - before;
    size_t taken = count < room ? count : room;
    memcpy(message->head + before, bytes, taken);
    // The blank line may have begun in the bytes before.
    size_t from = before > 3 ? before - 3 : 0;
    const char *end = memmem(message->head + from, before + taken - from, "\r\n\r\n", 4);
    if (!end) {
        message->head_count += taken;
        if (message->head_count == HTTP_HEAD_LIMIT) message->phase = HTTP_BAD;
        return taken;
    }
    message->head_count = (size_t)(end - message->head) + 4;
    parse_head(message);
    return message->head_count - before;
}

static size_t take_body(struct http_message *message, const char *bytes, size_t count, http_body_sink *sink,
                        void *context) {
    size_t taken = count < message->left ? count : (size_t)message->left;
    sink(context, bytes, taken);
    message->left -= taken;
    if (message->left == 0) message->phase = message->phase == HTTP_CHUNK_DATA ? HTTP_CHUNK_END : HTTP_DONE;
    return taken;
}

static int hex_value(char character) {
    if (character >= '0' && character <= '9') return character - '0';
    char lower = (char)(character | 0x20);
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

static void take_chunk_size(struct http_message *message, char character) {
    if (character == '\n') {
        bool empty = message->line_count == 0;
        message->phase = empty ? HTTP_BAD : message->left ? HTTP_CHUNK_DATA : HTTP_TRAILER;
        message->line_count = 0;
        message->extension = false;
        return;
    }
    if (character == '\r' || message->extension) return;
    if (character == ';') {
        message->extension = true;
        return;
    }
    int digit = hex_value(character);
    if (digit < 0 || ++message->line_count > 10) {
        message->phase = HTTP_BAD;
        return;
    }
    message->left = message->left * 16 + (uint64_t)digit;
}

static void take_chunk_end(struct http_message *message, char character) {
    if (character == '\n') message->phase = HTTP_CHUNK_SIZE;
    else if (character != '\r') message->phase = HTTP_BAD;
}

static void take_trailer(struct http_message *message, char character) {
    if (character == '\n') {
        if (message->line_count == 0) message->phase = HTTP_DONE;
        message->line_count = 0;
    } else if (character != '\r') {
        if (++message->line_count > HTTP_HEAD_LIMIT) message->phase = HTTP_BAD;
    }
}

size_t http_feed(struct http_message *message, const char *bytes, size_t count, http_body_sink *sink, void *context) {
    size_t used = 0;
    while (used < count) {
        const char *next = bytes + used;
        switch (message->phase) {
        case HTTP_HEAD: used += take_head(message, next, count - used); break;
        case HTTP_LENGTH_BODY:
        case HTTP_CHUNK_DATA: used += take_body(message, next, count - used, sink, context); break;
        case HTTP_CHUNK_SIZE: take_chunk_size(message, *next); used++; break;
        case HTTP_CHUNK_END: take_chunk_end(message, *next); used++; break;
        case HTTP_TRAILER: take_trailer(message, *next); used++; break;
        case HTTP_UNTIL_CLOSE: sink(context, next, count - used); return count;
        case HTTP_DONE:
        case HTTP_BAD: return used;
        }
    }
    return used;
}
