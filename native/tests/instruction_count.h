/* Counts the instructions that a function executes. */
#ifndef LK_INSTRUCTION_COUNT_H
#define LK_INSTRUCTION_COUNT_H

#include <stdint.h>

/* Instructions of body(context), run in a child that is stepped one instruction at a time; at most `most` are
 * counted. The same number on every run, and no performance counters are needed, which virtual machines
 * seldom have. -1 where the system does not allow it (qemu-user, other systems than Linux). */
int64_t instruction_count(void (*body)(void *context), void *context, int64_t most);

#endif
