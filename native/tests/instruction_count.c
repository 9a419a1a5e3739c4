#include "tests/instruction_count.h"

#if defined(__linux__)
#include <signal.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

/* The stops mark where counting begins and ends. */
static void child_main(void (*body)(void *context), void *context) {
    if (ptrace(PTRACE_TRACEME, 0, NULL, NULL) != 0) _exit(1);
    raise(SIGSTOP);
    body(context);
    raise(SIGSTOP);
    _exit(0);
}

static int64_t step_to_next_stop(pid_t child, int64_t most) {
    for (int64_t count = 0; count < most; ++count) {
        int status;
        if (ptrace(PTRACE_SINGLESTEP, child, NULL, NULL) != 0 || waitpid(child, &status, 0) != child)
            return -1;
        if (!WIFSTOPPED(status)) return -1;
        if (WSTOPSIG(status) == SIGSTOP) return count;
        if (WSTOPSIG(status) != SIGTRAP) return -1;
    }
    return most;
}

int64_t instruction_count(void (*body)(void *context), void *context, int64_t most) {
    const pid_t child = fork();
    if (child < 0) return -1;
    if (child == 0) child_main(body, context);
    int status;
    int64_t count = -1;
    if (waitpid(child, &status, 0) == child && WIFSTOPPED(status)) count = step_to_next_stop(child, most);
    kill(child, SIGKILL);
    waitpid(child, &status, 0);
    return count;
}
#else
int64_t instruction_count(void (*body)(void *context), void *context, int64_t most) {
    (void)body;
    (void)context;
    (void)most;
    return -1;
}
#endif
