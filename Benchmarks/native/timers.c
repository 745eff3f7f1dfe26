#include "timers.h"

#include "support.h"

#include <stdlib.h>

static void put(struct timers *timers, size_t index, struct timer *timer) {
    timers->heap[index] = timer;
    timer->place = index + 1;
}

static size_t sift_up(struct timers *timers, size_t index) {
    struct timer *timer = timers->heap[index];
    while (index > 0) {
        size_t parent = (index - 1) / 2;
        if (timers->heap[parent]->due <= timer->due) break;
        put(timers, index, timers->heap[parent]);
        index = parent;
    }
    put(timers, index, timer);
    return index;
}

static void sift_down(struct timers *timers, size_t index) {
    struct timer *timer = timers->heap[index];
    for (;;) {
        size_t child = 2 * index + 1;
        if (child >= timers->count) break;
        if (child + 1 < timers->count && timers->heap[child + 1]->due < timers->heap[child]->due) child++;
        if (timer->due <= timers->heap[child]->due) break;
        put(timers, index, timers->heap[child]);
        index = child;
    }
    put(timers, index, timer);
}

static void grow(struct timers *timers) {
    if (timers->count < timers->capacity) return;
    timers->capacity = timers->capacity ? timers->capacity * 2 : 256;
    timers->heap = realloc(timers->heap, timers->capacity * sizeof *timers->heap);
    if (!timers->heap) die("out of memory");
}

void timers_set(struct timers *timers, struct timer *timer, uint64_t due) {
    timer->due = due;
    if (timer->place == 0) {
        grow(timers);
        put(timers, timers->count++, timer);
    }
    sift_down(timers, sift_up(timers, timer->place - 1));
}

void timers_cancel(struct timers *timers, struct timer *timer) {
    if (timer->place == 0) return;
    size_t hole = timer->place - 1;
    timer->place = 0;
    struct timer *last = timers->heap[--timers->count];
    if (last == timer) return;
    put(timers, hole, last);
    sift_down(timers, sift_up(timers, hole));
}

struct timer *timers_first(const struct timers *timers) { return timers->count ? timers->heap[0] : NULL; }
