// awake: keeps the core it is pinned to from falling asleep, at idle priority: it runs only when nothing else wants to.
// A virtual core that sleeps takes tens of microseconds to wake, which hides a gateway's own in one-connection figures.
#include "support.h"

#include <errno.h>
#include <sched.h>
#include <string.h>

int main(void) {
    struct sched_param parameters = {0};
    if (sched_setscheduler(0, SCHED_IDLE, &parameters)) die("awake: %s", strerror(errno));
    // Reading the clock takes longer than a bare loop iteration and touches no memory others share.
    while (now_ns()) {}
}
