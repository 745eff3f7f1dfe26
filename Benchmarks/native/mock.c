// mock: a fast model provider on loopback that always gives the same answer. One thread, epoll, HTTP/1.1 keep-alive.
//
//   mock --port PORT [--model NAME] [--key KEY] [--events N] [--gap-ms M]
//
//   GET  /health               200
//   GET  /v1/models            the one model
//   POST /v1/chat/completions  a chat completion of about 1 KB, or, with "stream":true, a stream of N events
//
// The body of a request steers its stream: "max_tokens" is the number of events, "seed" the milliseconds between them
// (0: back to back). Both are real fields of the API, so every gateway hands them on; headers might be dropped.
// With --model or --key, a request with another model or key is refused: the gateway must have put in its own.
// Each event is a chunk and a write of its own, as providers send them, and carries the time of its write and its
// number, so the reader can tell the delay on the way and what was lost.

#include "canned.h"
#include "http.h"
#include "support.h"
#include "timers.h"

#include <arpa/inet.h>
#include <errno.h>
#include <getopt.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#define MILLISECOND_NS 1000000ull
#define BODY_LIMIT (64u << 20)
#define PENDING_LIMIT (1u << 20)
#define EVENT_LIMIT 1000000 // Fits the six hexadecimal digits of an event's number.
#define GAP_LIMIT_MS 60000

struct connection {
    struct timer timer; // First, so a timer's address is its connection's.
    int fd;
    bool closing, too_large, continued, watches_output;
    bool streaming;
    unsigned events_sent, events_wanted, gap_ms;
    struct buffer body;    // Of the request that is being read.
    struct buffer pending; // Came while an answer was under way.
    struct buffer output;  // The socket did not take it yet.
    struct http_message request;
};

static struct {
    int epoll, listener;
    struct wakeup wakeup;
    struct timers timers;
    const char *model, *key;
    unsigned events, gap_ms;
} mock = {.events = 100};

// ---- Output. A function that returns false means: the connection is gone, close it. ----

static bool is_busy(const struct connection *connection) {
    return connection->streaming || buffer_count(&connection->output) > 0;
}

static void watch_output(struct connection *connection, bool on) {
    if (connection->watches_output == on) return;
    connection->watches_output = on;
    struct epoll_event event = {.events = EPOLLIN | (on ? EPOLLOUT : 0), .data.ptr = connection};
    epoll_ctl(mock.epoll, EPOLL_CTL_MOD, connection->fd, &event);
}

static bool transmit(struct connection *connection, const char *bytes, size_t count) {
    size_t sent = 0;
    if (buffer_count(&connection->output) == 0) {
        ssize_t result = send(connection->fd, bytes, count, MSG_NOSIGNAL);
        if (result < 0 && errno != EAGAIN && errno != EINTR) return false;
        sent = result > 0 ? (size_t)result : 0;
    }
    if (sent == count) return true;
    buffer_append(&connection->output, bytes + sent, count - sent);
    watch_output(connection, true);
    return true;
}

static bool transmit_text(struct connection *connection, struct text text) {
    return transmit(connection, text.bytes, text.count);
}

static bool flush(struct connection *connection) {
    struct buffer *output = &connection->output;
    ssize_t sent = send(connection->fd, buffer_front(output), buffer_count(output), MSG_NOSIGNAL);
    if (sent < 0) return errno == EAGAIN || errno == EINTR;
    buffer_consume(output, (size_t)sent);
    if (buffer_count(output) == 0) watch_output(connection, false);
    return true;
}

static bool answer_text(struct connection *connection, const char *status, const char *json) {
    char answer[1024];
    int count = snprintf(answer, sizeof answer,
                         "HTTP/1.1 %s\r\nContent-Type: application/json\r\nContent-Length: %zu\r\n\r\n%s", status,
                         strlen(json), json);
    return transmit(connection, answer, (size_t)count);
}

static bool refuse(struct connection *connection, const char *status, const char *reason) {
    char json[256];
    snprintf(json, sizeof json, "{\"error\":{\"message\":\"%s\",\"type\":\"mock_error\"}}", reason);
    return answer_text(connection, status, json);
}

static bool send_event(struct connection *connection) {
    return transmit_text(connection, canned_event(now_ns(), connection->events_sent++));
}

// Sends what is due of a stream: everything the socket takes, or one event and the timer for the next. Events are made
// only when the socket has taken the one before, so a reader that stands still costs no memory.
static bool advance_stream(struct connection *connection) {
    while (connection->streaming && buffer_count(&connection->output) == 0) {
        if (connection->events_sent < connection->events_wanted && !send_event(connection)) return false;
        if (connection->events_sent >= connection->events_wanted) {
            connection->streaming = false;
            return transmit_text(connection, canned_stream_tail());
        }
        if (connection->gap_ms) {
            struct timer *timer = &connection->timer;
            timers_set(&mock.timers, timer, timer->due + connection->gap_ms * MILLISECOND_NS);
            return true;
        }
    }
    return true;
}

// ---- Requests ----

// Where the value of a top-level field of the body begins, or NULL. Quotes inside strings are escaped, so the quoted
// name with a colon is the field, not text. Only both ends are searched: a 300 KB prompt must not cost the mock time.
static const char *field(const struct connection *connection, const char *name) {
    const size_t edge = 2048;
    const char *body = buffer_front(&connection->body);
    size_t count = buffer_count(&connection->body), name_count = strlen(name);
    const char *found = NULL;
    if (count) found = memmem(body, count < edge ? count : edge, name, name_count);
    if (!found && count > edge) found = memmem(body + count - edge, edge, name, name_count);
    if (!found) return NULL;
    found += name_count;
    while (*found == ' ' || *found == ':') found++; // The body ends with NUL.
    return found;
}

static unsigned number_field(const struct connection *connection, const char *name, unsigned fallback, unsigned limit) {
    const char *value = field(connection, name);
    if (!value || *value < '0' || *value > '9') return fallback;
    unsigned long number = strtoul(value, NULL, 10);
    return number < limit ? (unsigned)number : limit;
}

static bool has_key(const struct connection *connection) {
    if (!mock.key) return true;
    size_t count;
    const char *value = http_header(&connection->request, "authorization", &count);
    return value && count == strlen(mock.key) + 7 && strncasecmp(value, "Bearer ", 7) == 0 &&
           memcmp(value + 7, mock.key, count - 7) == 0;
}

static bool has_model(const struct connection *connection) {
    if (!mock.model) return true;
    const char *value = field(connection, "\"model\"");
    size_t count = strlen(mock.model);
    return value && value[0] == '"' && strncmp(value + 1, mock.model, count) == 0 && value[1 + count] == '"';
}

static bool start_stream(struct connection *connection) {
    connection->events_wanted = number_field(connection, "\"max_tokens\"", mock.events, EVENT_LIMIT);
    connection->gap_ms = number_field(connection, "\"seed\"", mock.gap_ms, GAP_LIMIT_MS);
    connection->events_sent = 0;
    connection->streaming = true;
    connection->timer.due = now_ns();
    return transmit_text(connection, canned_stream_head()) && advance_stream(connection);
}

static bool answer_chat(struct connection *connection) {
    buffer_append(&connection->body, "", 1); // NUL, for the number parser.
    const char *body = buffer_front(&connection->body);
    if (connection->too_large) return refuse(connection, "413 Content Too Large", "body over 64 MB");
    if (body[0] != '{') return refuse(connection, "400 Bad Request", "body is no JSON object");
    if (!has_key(connection)) return refuse(connection, "401 Unauthorized", "wrong key");
    if (!has_model(connection)) return refuse(connection, "404 Not Found", "wrong model");
    const char *stream = field(connection, "\"stream\"");
    if (stream && strncmp(stream, "true", 4) == 0) return start_stream(connection);
    return transmit_text(connection, canned_completion());
}

static bool request_line_is(const struct connection *connection, const char *start) {
    return strncmp(connection->request.head, start, strlen(start)) == 0;
}

static bool answer(struct connection *connection) {
    if (request_line_is(connection, "POST /v1/chat/completions ")) return answer_chat(connection);
    if (request_line_is(connection, "GET /health ")) return answer_text(connection, "200 OK", "{\"status\":\"ok\"}");
    if (request_line_is(connection, "GET /v1/models "))
        return answer_text(connection, "200 OK",
                           "{\"object\":\"list\",\"data\":[{\"id\":\"mock-model\",\"object\":\"model\","
                           "\"created\":1760000000,\"owned_by\":\"mock\"}]}");
    return refuse(connection, "404 Not Found", "no such path");
}

static void keep_body(void *context, const char *bytes, size_t count) {
    struct connection *connection = context;
    if (buffer_count(&connection->body) + count > BODY_LIMIT) connection->too_large = true;
    else buffer_append(&connection->body, bytes, count);
}

static bool finish_request(struct connection *connection) {
    connection->closing = connection->request.close || connection->too_large;
    bool alive = answer(connection);
    // A large body is not kept: thousands of connections may have had one.
    if (connection->body.capacity > 64 * 1024) buffer_free(&connection->body);
    connection->body.start = connection->body.end = 0;
    connection->too_large = connection->continued = false;
    http_reset(&connection->request, HTTP_REQUEST);
    return alive;
}

// Uses up bytes until an answer is under way; `used` says how many.
static bool read_requests(struct connection *connection, const char *bytes, size_t count, size_t *used) {
    for (*used = 0; *used < count && !is_busy(connection) && !connection->closing;) {
        struct http_message *request = &connection->request;
        *used += http_feed(request, bytes + *used, count - *used, keep_body, connection);
        if (request->phase == HTTP_BAD) {
            connection->closing = true;
            return refuse(connection, "400 Bad Request", "malformed request");
        }
        if (request->phase == HTTP_DONE) {
            if (!finish_request(connection)) return false;
        } else if (request->phase != HTTP_HEAD && request->wants_continue && !connection->continued) {
            connection->continued = true;
            static const char go_on[] = "HTTP/1.1 100 Continue\r\n\r\n";
            if (!transmit(connection, go_on, sizeof go_on - 1)) return false;
        }
    }
    return true;
}

// Goes on with requests that came during an answer, and ends a connection whose last answer is out.
static bool settle(struct connection *connection) {
    while (!is_busy(connection) && !connection->closing && buffer_count(&connection->pending)) {
        size_t used;
        struct buffer *pending = &connection->pending;
        if (!read_requests(connection, buffer_front(pending), buffer_count(pending), &used)) return false;
        buffer_consume(pending, used);
    }
    return is_busy(connection) || !connection->closing;
}

// ---- Events ----

static bool receive(struct connection *connection) {
    static char bytes[256 * 1024];
    ssize_t count = recv(connection->fd, bytes, sizeof bytes, 0);
    if (count < 0) return errno == EAGAIN || errno == EINTR;
    if (count == 0) return false;
    size_t used = 0;
    bool in_order = buffer_count(&connection->pending) == 0;
    if (in_order && !read_requests(connection, bytes, (size_t)count, &used)) return false;
    if (connection->closing) return true;
    buffer_append(&connection->pending, bytes + used, (size_t)count - used);
    return buffer_count(&connection->pending) <= PENDING_LIMIT;
}

static void disconnect(struct connection *connection) {
    timers_cancel(&mock.timers, &connection->timer);
    close(connection->fd);
    buffer_free(&connection->body);
    buffer_free(&connection->pending);
    buffer_free(&connection->output);
    free(connection);
}

static void handle(struct connection *connection, uint32_t events) {
    bool alive = !(events & EPOLLERR);
    if (alive && events & EPOLLOUT) alive = flush(connection) && (connection->gap_ms || advance_stream(connection));
    if (alive && events & (EPOLLIN | EPOLLHUP)) alive = receive(connection);
    if (!alive || !settle(connection)) disconnect(connection);
}

static void accept_all(void) {
    for (;;) {
        int fd = accept4(mock.listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC), on = 1;
        if (fd < 0) return;
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        struct connection *connection = calloc(1, sizeof *connection);
        if (!connection) die("out of memory");
        connection->fd = fd;
        struct epoll_event event = {.events = EPOLLIN, .data.ptr = connection};
        epoll_ctl(mock.epoll, EPOLL_CTL_ADD, fd, &event);
    }
}

static void run_timers(void) {
    uint64_t now = now_ns();
    struct timer *timer;
    while ((timer = timers_first(&mock.timers)) && timer->due <= now) {
        struct connection *connection = (struct connection *)timer;
        timers_cancel(&mock.timers, timer);
        if (buffer_count(&connection->output)) {
            // The reader stands still: its next event waits for the tick after, none is dropped.
            timers_set(&mock.timers, timer, now + connection->gap_ms * MILLISECOND_NS);
        } else if (!advance_stream(connection) || !settle(connection)) {
            disconnect(connection);
        }
    }
    wakeup_set(&mock.wakeup, timer ? timer->due : 0);
}

static _Noreturn void run(void) {
    struct epoll_event events[512];
    for (;;) {
        run_timers();
        int count = epoll_wait(mock.epoll, events, 512, -1);
        for (int i = 0; i < count; i++) {
            if (events[i].data.ptr == &mock.listener) accept_all();
            else if (events[i].data.ptr == &mock.wakeup) wakeup_acknowledge(&mock.wakeup);
            else handle(events[i].data.ptr, events[i].events);
        }
    }
}

static void watch(int fd, void *mark) {
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = mark};
    epoll_ctl(mock.epoll, EPOLL_CTL_ADD, fd, &event);
}

static void open_listener(uint16_t port) {
    mock.listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    int on = 1;
    setsockopt(mock.listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    struct sockaddr_in address = {
        .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    if (bind(mock.listener, (struct sockaddr *)&address, sizeof address) || listen(mock.listener, 4096))
        die("mock: port %u: %s", port, strerror(errno));
}

int main(int count, char **arguments) {
    static const struct option options[] = {
        {"port", required_argument, NULL, 'p'},   {"model", required_argument, NULL, 'm'},
        {"key", required_argument, NULL, 'k'},    {"events", required_argument, NULL, 'e'},
        {"gap-ms", required_argument, NULL, 'g'}, {0},
    };
    uint16_t port = 0;
    for (int option; (option = getopt_long(count, arguments, "", options, NULL)) != -1;) {
        switch (option) {
        case 'p': port = (uint16_t)parse_number("--port", optarg, UINT16_MAX); break;
        case 'm': mock.model = optarg; break;
        case 'k': mock.key = optarg; break;
        case 'e': mock.events = (unsigned)parse_number("--events", optarg, EVENT_LIMIT); break;
        case 'g': mock.gap_ms = (unsigned)parse_number("--gap-ms", optarg, GAP_LIMIT_MS); break;
        default: return 2;
        }
    }
    if (port == 0) die("usage: mock --port PORT [--model NAME] [--key KEY] [--events N] [--gap-ms M]");
    signal(SIGPIPE, SIG_IGN);
    raise_file_limit();
    canned_prepare();
    mock.epoll = epoll_create1(EPOLL_CLOEXEC);
    wakeup_open(&mock.wakeup);
    open_listener(port);
    watch(mock.listener, &mock.listener);
    watch(mock.wakeup.fd, &mock.wakeup);
    run();
}
