/* Machines that stand only on paper, as Linux's files would show them. */
#ifndef LK_MACHINES_H
#define LK_MACHINES_H

#include "core/topology.h"

enum { MACHINE_FILES = 2048, MACHINE_TEXT = 1 << 18 };

typedef struct machine {
    int32_t count;
    size_t used;
    const char *paths[MACHINE_FILES], *texts[MACHINE_FILES];
    char text[MACHINE_TEXT];
} machine;

/* Starts an empty machine; there is one at a time. */
machine *machine_begin(void);
__attribute__((format(printf, 3, 4))) void machine_file(machine *made, const char *path, const char *text,
                                                        ...);

/* What the library reads of it. affinity: a list such as "0-3", or "" for all. */
void machine_read(const machine *from, const char *affinity, lk_topology *topology);

/* 8 fast cores of 2 threads (0-15) and 8 slow ones (16-23): Intel's Alder Lake. */
machine *machine_alder_lake(void);

/* 4 small, 3 big and 1 biggest core without hyper-threads: an arm phone. */
machine *machine_big_little(void);

/* Two sockets of 64 cores: threads 0-127 and their siblings 128-255; nodes 0 and 1. */
machine *machine_two_sockets(void);

#endif
