// load: a load client for chat completions on loopback. One thread, epoll; prints one line of JSON.
//
// Closed loop by default: each connection sends its next request when it has the answer. With --rate an open loop:
// requests fall due at a fixed rate and latency counts from the due time, so a stall of the gateway is not hidden by
// the requests it kept from being sent (https://www.scylladb.com/2021/04/22/on-coordinated-omission/).
// Every answer is checked: status, framing, completeness, and of a stream every event, once and in order.
// The exit status says whether the run could be done (0) or not (2); failed requests are in the JSON.

#include "answer.h"
#include "http.h"
#include "options.h"
#include "support.h"
#include "tally.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

// A gateway that is down must not keep the run busy with failing.
#define FAILURE_LIMIT 1000

enum client_state { CLIENT_CONNECTING, CLIENT_IDLE, CLIENT_BUSY };

struct client {
    int fd;
    enum client_state state;
    size_t idle_place; // Index in the list of idle clients while it is idle.
    size_t sent;       // Bytes of the request.
    uint64_t due, first_byte;
    bool recorded, watches_output;
    struct http_message response;
    struct answer answer;
};

static struct {
    struct options options;
    struct sockaddr_in address;
    char *request;
    size_t request_count;
    int epoll;
    struct wakeup wakeup;
    struct client *clients, **idle;
    size_t dialled, idle_count, busy_count, open_count;
    uint64_t begin, started;
    double next_due; // Of the open loop; a double, so that fractions of a nanosecond add up.
    bool announced;
    struct tally tally;
} load;

static void dial(struct client *client);

// ---- Sending ----

static bool may_start(uint64_t now) {
    const struct options *options = &load.options;
    if (load.tally.failed >= FAILURE_LIMIT) return false;
    if (options->requests && load.started >= options->requests + options->warmup) return false;
    return !options->duration_ns || now < load.begin + options->duration_ns;
}

static void watch(struct client *client, bool output) {
    if (client->watches_output == output) return;
    client->watches_output = output;
    struct epoll_event event = {.events = EPOLLIN | (output ? EPOLLOUT : 0), .data.ptr = client};
    epoll_ctl(load.epoll, EPOLL_CTL_MOD, client->fd, &event);
}

// An error of the socket is left to the reading side, which sees it too and may find an answer before it.
static void push(struct client *client) {
    while (client->sent < load.request_count) {
        ssize_t sent =
            send(client->fd, load.request + client->sent, load.request_count - client->sent, MSG_NOSIGNAL);
        if (sent < 0) break;
        client->sent += (size_t)sent;
    }
    watch(client, client->sent < load.request_count && errno == EAGAIN);
}

static void make_idle(struct client *client) {
    client->state = CLIENT_IDLE;
    client->idle_place = load.idle_count;
    load.idle[load.idle_count++] = client;
}

static void take_from_idle(struct client *client) {
    struct client *last = load.idle[--load.idle_count];
    load.idle[client->idle_place] = last;
    last->idle_place = client->idle_place;
}

static void start(struct client *client, uint64_t due) {
    const struct options *options = &load.options;
    load.started++;
    load.busy_count++;
    client->state = CLIENT_BUSY;
    client->recorded = load.started > options->warmup;
    if (client->recorded && load.tally.begin == 0) load.tally.begin = now_ns();
    client->due = due;
    client->first_byte = 0;
    client->sent = 0;
    http_reset(&client->response, HTTP_RESPONSE);
    answer_reset(&client->answer, options->stream, options->events, client->recorded ? &load.tally.delay : NULL);
    push(client);
}

// In a closed loop a free client sends at once; in an open loop it waits for the next request that falls due.
static void release(struct client *client, uint64_t now) {
    if (load.options.interval_ns == 0 && may_start(now)) start(client, now);
    else make_idle(client);
}

static void start_due(uint64_t now) {
    if (load.options.interval_ns == 0) return;
    while (load.idle_count && load.next_due <= (double)now && may_start(now)) {
        struct client *client = load.idle[load.idle_count - 1];
        take_from_idle(client);
        start(client, (uint64_t)load.next_due);
        load.next_due += load.options.interval_ns;
    }
}

// ---- Receiving ----

static void end_request(struct client *client) {
    load.busy_count--;
    if (client->first_byte) load.open_count--;
    load.tally.total++;
    load.tally.total_events += client->answer.events_seen;
    load.tally.lost_events += answer_lost_events(&client->answer);
}

static void redial(struct client *client) {
    close(client->fd);
    dial(client);
}

static void fail(struct client *client, enum failure failure, const char *reason) {
    end_request(client);
    tally_fail(&load.tally, failure, reason);
    redial(client);
}

static void fail_status(struct client *client) {
    char reason[160];
    size_t line = strcspn(client->response.head, "\r");
    snprintf(reason, sizeof reason, "%.*s %.*s", (int)line, client->response.head, (int)client->answer.text_count,
             client->answer.text);
    fail(client, FAILED_STATUS, reason);
}

static void record(const struct client *client, uint64_t now) {
    struct tally *tally = &load.tally;
    tally->recorded++;
    tally->recorded_events += client->answer.events_seen;
    tally->end = now;
    histogram_record(&tally->latency, now - client->due);
    histogram_record(&tally->first_byte, client->first_byte - client->due);
}

static void complete(struct client *client, uint64_t now) {
    if (client->response.status != 200) {
        fail_status(client);
        return;
    }
    const char *problem = answer_problem(&client->answer);
    if (problem) {
        fail(client, FAILED_CONTENT, problem);
        return;
    }
    if (client->recorded) record(client, now);
    end_request(client);
    if (client->response.close || client->response.phase == HTTP_UNTIL_CLOSE) redial(client);
    else release(client, now);
}

// The first byte of the body, not of the head: a gateway could send its head before it has anything to say.
static void take_body(void *context, const char *bytes, size_t count) {
    struct client *client = context;
    if (client->first_byte == 0) {
        client->first_byte = client->answer.now;
        load.open_count++;
    }
    answer_take(&client->answer, bytes, count);
}

static void announce_when_all_open(void) {
    if (load.announced || !load.options.announce || load.open_count < load.options.connections) return;
    load.announced = true;
    fputs("all open\n", stderr);
}

static void handle_end_of_connection(struct client *client, uint64_t now) {
    if (client->state == CLIENT_IDLE) {
        take_from_idle(client);
        load.tally.reconnects++;
        redial(client);
    } else if (client->response.phase == HTTP_UNTIL_CLOSE) {
        complete(client, now);
    } else {
        fail(client, FAILED_CLOSED, "the connection was closed before the answer was whole");
    }
}

static void receive(struct client *client) {
    static char bytes[256 * 1024];
    ssize_t count = recv(client->fd, bytes, sizeof bytes, 0);
    if (count < 0 && (errno == EAGAIN || errno == EINTR)) return;
    uint64_t now = now_ns();
    if (count <= 0) {
        handle_end_of_connection(client, now);
        return;
    }
    if (client->state == CLIENT_IDLE) {
        take_from_idle(client);
        tally_fail(&load.tally, FAILED_FRAMING, "bytes came that nobody had asked for");
        redial(client);
        return;
    }
    client->answer.now = now;
    struct http_message *response = &client->response;
    size_t used = http_feed(response, bytes, (size_t)count, take_body, client);
    announce_when_all_open();
    if (response->phase == HTTP_BAD || used < (size_t)count)
        fail(client, FAILED_FRAMING, "the answer is malformed or longer than it said");
    else if (response->phase == HTTP_DONE) complete(client, now);
}

// ---- Connections ----

static void dial(struct client *client) {
    int on = 1;
    client->state = CLIENT_CONNECTING;
    client->watches_output = true;
    client->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (client->fd < 0) die("load: socket: %s", strerror(errno));
    setsockopt(client->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    // The result comes as an event, an immediate error too.
    if (connect(client->fd, (struct sockaddr *)&load.address, sizeof load.address) && errno != EINPROGRESS)
        die("load: connect: %s", strerror(errno));
    struct epoll_event event = {.events = EPOLLIN | EPOLLOUT, .data.ptr = client};
    epoll_ctl(load.epoll, EPOLL_CTL_ADD, client->fd, &event);
}

static void finish_connecting(struct client *client, uint64_t now) {
    int error = 0;
    socklen_t size = sizeof error;
    getsockopt(client->fd, SOL_SOCKET, SO_ERROR, &error, &size);
    if (error) {
        tally_fail(&load.tally, FAILED_CONNECT, strerror(error));
        if (may_start(now)) redial(client);
        return;
    }
    watch(client, false);
    release(client, now);
}

static void handle(struct client *client, uint32_t events) {
    if (client->state == CLIENT_CONNECTING) {
        finish_connecting(client, now_ns());
        return;
    }
    if (events & EPOLLOUT && client->state == CLIENT_BUSY) push(client);
    if (events & (EPOLLIN | EPOLLERR | EPOLLHUP)) receive(client);
}

// ---- The run ----

// When the connection of the given index is to be opened.
static uint64_t dial_time(size_t index) {
    return load.begin + (uint64_t)((double)load.options.ramp_ns * (double)index / load.options.connections);
}

static void dial_due(uint64_t now) {
    while (load.dialled < load.options.connections && dial_time(load.dialled) <= now)
        dial(&load.clients[load.dialled++]);
}

static void set_wakeup(uint64_t now) {
    uint64_t due = 0;
    if (load.options.interval_ns > 0 && load.idle_count && may_start(now)) due = (uint64_t)load.next_due + 1;
    if (load.dialled < load.options.connections) {
        uint64_t next_dial = dial_time(load.dialled);
        if (!due || next_dial < due) due = next_dial;
    }
    wakeup_set(&load.wakeup, due);
}

static void give_up_open_requests(void) {
    for (size_t i = 0; i < load.dialled; i++) {
        struct client *client = &load.clients[i];
        if (client->state != CLIENT_BUSY) continue;
        end_request(client);
        tally_fail(&load.tally, FAILED_DEADLINE, "no whole answer before the deadline");
    }
}

static void run(void) {
    struct epoll_event events[512];
    load.begin = now_ns();
    load.next_due = (double)load.begin;
    for (;;) {
        uint64_t now = now_ns();
        dial_due(now);
        start_due(now);
        if (!may_start(now) && load.busy_count == 0) return;
        if (now > load.begin + load.options.deadline_ns) break;
        set_wakeup(now);
        // The timeout only lets the end of the run and the deadline be seen; what needs precision has the wake-up.
        int count = epoll_wait(load.epoll, events, 512, 50);
        for (int i = 0; i < count; i++) {
            if (events[i].data.ptr == &load.wakeup) wakeup_acknowledge(&load.wakeup);
            else handle(events[i].data.ptr, events[i].events);
        }
    }
    give_up_open_requests();
}

int main(int count, char **arguments) {
    load.options = options_parse(count, arguments);
    load.request = options_request(&load.options, &load.request_count);
    signal(SIGPIPE, SIG_IGN);
    raise_file_limit();
    load.address = (struct sockaddr_in){.sin_family = AF_INET,
                                        .sin_port = htons(load.options.port),
                                        .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    load.clients = calloc(load.options.connections, sizeof *load.clients);
    load.idle = calloc(load.options.connections, sizeof *load.idle);
    if (!load.clients || !load.idle) die("out of memory");
    load.epoll = epoll_create1(EPOLL_CLOEXEC);
    wakeup_open(&load.wakeup);
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = &load.wakeup};
    epoll_ctl(load.epoll, EPOLL_CTL_ADD, load.wakeup.fd, &event);
    run();
    if (load.tally.recorded == 0 && load.tally.failed == 0)
        tally_fail(&load.tally, FAILED_DEADLINE, "not one answer was recorded");
    tally_print(&load.tally, load.options.stream);
    return 0;
}
