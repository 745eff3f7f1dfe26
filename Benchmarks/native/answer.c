#include "answer.h"

#include <string.h>

#define STAMP_DIGITS 16
#define NUMBER_DIGITS 6

static const char mark[] = "\"content\":\"T";

void answer_reset(struct answer *answer, bool streaming, unsigned events, struct histogram *delay) {
    memset(answer, 0, offsetof(struct answer, text));
    answer->streaming = streaming;
    answer->events_wanted = streaming ? events : 0;
    answer->delay = delay;
}

static bool parse_hex(const char *digits, int count, uint64_t *value) {
    *value = 0;
    for (int i = 0; i < count; i++) {
        char digit = digits[i];
        if (digit >= '0' && digit <= '9') *value = *value << 4 | (uint64_t)(digit - '0');
        else if (digit >= 'a' && digit <= 'f') *value = *value << 4 | (uint64_t)(digit - 'a' + 10);
        else return false;
    }
    return true;
}

static void take_event(struct answer *answer, const char *stamp) {
    uint64_t sent, number;
    bool sound = parse_hex(stamp, STAMP_DIGITS, &sent) && stamp[STAMP_DIGITS] == '-' &&
                 parse_hex(stamp + STAMP_DIGITS + 1, NUMBER_DIGITS, &number);
    // A number ahead of the next one is a loss, which the count will show; any other is a fault of its own.
    if (!sound || number < answer->next_event || number >= answer->events_wanted) {
        answer->is_damaged = true;
        return;
    }
    answer->next_event = (unsigned)number + 1;
    answer->events_seen++;
    if (answer->delay) histogram_record(answer->delay, answer->now > sent ? answer->now - sent : 0);
}

static bool contains(const char *text, size_t count, const char *what) {
    return memmem(text, count, what, strlen(what)) != NULL;
}

static void take_line(struct answer *answer, const char *line, size_t count) {
    if (count < 5 || memcmp(line, "data:", 5) != 0) return;
    const size_t mark_count = sizeof mark - 1, digits = STAMP_DIGITS + 1 + NUMBER_DIGITS;
    const char *found = memmem(line, count, mark, mark_count);
    if (found) {
        if ((size_t)(line + count - found) >= mark_count + digits) take_event(answer, found + mark_count);
        else answer->is_damaged = true;
    } else if (contains(line, count, "[DONE]")) {
        answer->has_done = true;
    } else if (contains(line, count, "\"usage\":{")) {
        answer->has_usage = true;
    }
}

static void keep_text(struct answer *answer, const char *bytes, size_t count) {
    size_t room = ANSWER_TEXT_LIMIT - answer->text_count;
    if (count > room) count = room;
    memcpy(answer->text + answer->text_count, bytes, count);
    answer->text_count += count;
}

static void take_lines(struct answer *answer, const char *bytes, size_t count) {
    const char *end = bytes + count, *newline;
    while (bytes < end && (newline = memchr(bytes, '\n', (size_t)(end - bytes)))) {
        if (answer->text_count) {
            keep_text(answer, bytes, (size_t)(newline - bytes));
            take_line(answer, answer->text, answer->text_count);
            answer->text_count = 0;
        } else {
            take_line(answer, bytes, (size_t)(newline - bytes));
        }
        bytes = newline + 1;
    }
    keep_text(answer, bytes, (size_t)(end - bytes));
}

void answer_take(void *context, const char *bytes, size_t count) {
    struct answer *answer = context;
    if (count == 0) return;
    if (answer->body_count == 0) answer->first = bytes[0];
    answer->last = bytes[count - 1];
    answer->body_count += count;
    if (answer->streaming) take_lines(answer, bytes, count);
    else keep_text(answer, bytes, count);
}

unsigned answer_lost_events(const struct answer *answer) { return answer->events_wanted - answer->events_seen; }

static const char *completion_problem(const struct answer *answer) {
    if (answer->first != '{' || answer->last != '}') return "the answer is no JSON object";
    if (!contains(answer->text, answer->text_count, "\"usage\":{")) return "the answer has no usage";
    return NULL;
}

const char *answer_problem(const struct answer *answer) {
    if (!answer->streaming) return completion_problem(answer);
    if (answer->is_damaged) return "an event is damaged, repeated, surplus or out of order";
    if (answer_lost_events(answer)) return "events are missing";
    if (!answer->has_usage) return "the stream has no usage";
    if (!answer->has_done) return "the stream has no [DONE]";
    return NULL;
}
