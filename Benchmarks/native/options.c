#include "options.h"

#include "support.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SECOND_NS 1e9
#define BODY_LIMIT (32u << 20)
#define COUNT_LIMIT 1000000000ull

static const char usage[] =
    "usage: load --port PORT [--connections C] [--seconds T | --requests N] [--warmup N] [--rate R]\n"
    "            [--body BYTES] [--stream [--events N] [--gap-ms M]] [--ramp SECONDS] [--deadline SECONDS]\n"
    "            [--path PATH] [--model NAME] [--key KEY] [--announce]";

static double parse_decimal(const char *name, const char *text, double limit) {
    char *end;
    double value = strtod(text, &end);
    if (end == text || *end || !(value >= 0 && value <= limit)) die("%s wants a number from 0 to %g", name, limit);
    return value;
}

static uint64_t parse_seconds(const char *name, const char *text) {
    return (uint64_t)(parse_decimal(name, text, 3600) * SECOND_NS);
}

static void parse_option(struct options *options, int option, const char *value) {
    switch (option) {
    case 'p': options->port = (uint16_t)parse_number("--port", value, UINT16_MAX); break;
    case 'c': options->connections = (unsigned)parse_number("--connections", value, 100000); break;
    case 'n': options->requests = parse_number("--requests", value, COUNT_LIMIT); break;
    case 't': options->duration_ns = parse_seconds("--seconds", value); break;
    case 'w': options->warmup = parse_number("--warmup", value, COUNT_LIMIT); break;
    case 'r': options->interval_ns = SECOND_NS / parse_decimal("--rate", value, 1e6); break;
    case 'b': options->body_bytes = parse_number("--body", value, BODY_LIMIT); break;
    case 's': options->stream = true; break;
    case 'e': options->events = (unsigned)parse_number("--events", value, 1000000); break;
    case 'g': options->gap_ms = (unsigned)parse_number("--gap-ms", value, 60000); break;
    case 'R': options->ramp_ns = parse_seconds("--ramp", value); break;
    case 'd': options->deadline_ns = parse_seconds("--deadline", value); break;
    case 'u': options->path = value; break;
    case 'm': options->model = value; break;
    case 'k': options->key = value; break;
    case 'a': options->announce = true; break;
    default: die("%s", usage);
    }
}

struct options options_parse(int count, char **arguments) {
    static const struct option names[] = {
        {"port", 1, NULL, 'p'},   {"connections", 1, NULL, 'c'}, {"requests", 1, NULL, 'n'}, {"seconds", 1, NULL, 't'},
        {"warmup", 1, NULL, 'w'}, {"rate", 1, NULL, 'r'},        {"body", 1, NULL, 'b'},     {"stream", 0, NULL, 's'},
        {"events", 1, NULL, 'e'}, {"gap-ms", 1, NULL, 'g'},      {"ramp", 1, NULL, 'R'},     {"deadline", 1, NULL, 'd'},
        {"path", 1, NULL, 'u'},   {"model", 1, NULL, 'm'},       {"key", 1, NULL, 'k'},      {"announce", 0, NULL, 'a'},
        {0},
    };
    struct options options = {
        .connections = 1,
        .events = 100,
        .body_bytes = 1024,
        .path = "/v1/chat/completions",
        .model = "mock-model",
        .key = "sk-client",
    };
    for (int option; (option = getopt_long(count, arguments, "", names, NULL)) != -1;)
        parse_option(&options, option, optarg);
    bool is_bounded = options.requests || options.duration_ns;
    if (optind < count || !options.port || !options.connections || !is_bounded) die("%s", usage);
    // An interval of more than an hour (a rate of 0 included) would never send anything.
    if (options.interval_ns > 3600 * SECOND_NS) die("--rate is too low");
    if (!options.deadline_ns) options.deadline_ns = options.duration_ns + (uint64_t)(60 * SECOND_NS);
    return options;
}

static size_t write_body_end(const struct options *options, char *out, size_t room) {
    int count = snprintf(out, room, "\"}],\"model\":\"%s\",\"temperature\":0.7", options->model);
    if (!options->stream) return (size_t)(count + snprintf(out + count, room - (size_t)count, ",\"max_tokens\":256}"));
    return (size_t)(count + snprintf(out + count, room - (size_t)count,
                                     ",\"stream\":true,\"stream_options\":{\"include_usage\":true},"
                                     "\"max_tokens\":%u,\"seed\":%u}",
                                     options->events, options->gap_ms));
}

// Text of about the asked length, with the escapes real prompts have.
static char *write_body(const struct options *options, size_t *count) {
    static const char begin[] = "{\"messages\":[{\"role\":\"system\",\"content\":\"You are a helpful assistant.\"},"
                                "{\"role\":\"user\",\"content\":\"";
    static const char line[] = "One line says \\\"hello\\\" and goes on for a while.\\n";
    char end[512];
    size_t end_count = write_body_end(options, end, sizeof end);
    char *body = malloc(options->body_bytes + sizeof begin + sizeof line + sizeof end);
    if (!body) die("out of memory");
    memcpy(body, begin, sizeof begin - 1);
    size_t at = sizeof begin - 1;
    while (at + sizeof line - 1 + end_count <= options->body_bytes) {
        memcpy(body + at, line, sizeof line - 1);
        at += sizeof line - 1;
    }
    while (at + end_count < options->body_bytes) body[at++] = '.';
    memcpy(body + at, end, end_count);
    *count = at + end_count;
    return body;
}

char *options_request(const struct options *options, size_t *count) {
    if (strlen(options->model) + strlen(options->key) + strlen(options->path) > 256) die("model, key or path too long");
    size_t body_count;
    char *body = write_body(options, &body_count);
    char head[1024];
    int head_count = snprintf(head, sizeof head,
                              "POST %s HTTP/1.1\r\nHost: 127.0.0.1:%u\r\nUser-Agent: OpenAI/Python 1.99.0\r\n"
                              "Accept: application/json\r\nAccept-Encoding: identity\r\n"
                              "Content-Type: application/json\r\nAuthorization: Bearer %s\r\n"
                              "X-Stainless-Lang: python\r\nX-Stainless-Package-Version: 1.99.0\r\n"
                              "X-Stainless-OS: Linux\r\nX-Stainless-Arch: x64\r\nX-Stainless-Runtime: CPython\r\n"
                              "Content-Length: %zu\r\n\r\n",
                              options->path, options->port, options->key, body_count);
    *count = (size_t)head_count + body_count;
    char *request = malloc(*count);
    if (!request) die("out of memory");
    memcpy(request, head, (size_t)head_count);
    memcpy(request + head_count, body, body_count);
    free(body);
    return request;
}
