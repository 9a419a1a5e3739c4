/* What this machine's processors are to each other, and which of them this process has. */
#ifndef LK_TOPOLOGY_H
#define LK_TOPOLOGY_H

#include "core/processors.h"

typedef struct lk_processor {
    int16_t core;    /* the lowest number among those of its core */
    int16_t node;    /* of the memory beside it (NUMA) */
    bool efficiency; /* of the slower kind, where a machine has two */
} lk_processor;

typedef struct lk_topology {
    lk_processors present; /* on line */
    lk_processors allowed; /* of these, where this process may run; never empty */
    int32_t quota;         /* processors whose time it may use at once, rounded up; 0 without a limit */
    int64_t cache_bytes;   /* last-level caches of the allowed ones together; 0 where it is not known */
    lk_processor processors[LK_PROCESSORS_MOST];
} lk_topology;

/* Allowed processors, or the quota where that is less; at least 1. */
int32_t lk_topology_usable(const lk_topology *topology);

/* Cores of a set: processors that are not hyper-threads of each other. */
int32_t lk_topology_cores(const lk_topology *topology, const lk_processors *set);

lk_processors lk_topology_nodes(const lk_topology *topology, const lk_processors *set);

/* Where Linux's files are read from; the checks put machines of their own here. */
typedef struct lk_text_source {
    void *context;
    /* The file's beginning, NUL-terminated; false where there is none. */
    bool (*read)(void *context, const char *path, char *text, size_t size);
} lk_text_source;

/* From /sys/devices, and the quota from /proc/self/cgroup and /sys/fs/cgroup. affinity: where the process may
 * run (none: everywhere). What no file tells is as on the plainest machine: one kind, one node, a core each.
 */
void lk_topology_read_sysfs(const lk_text_source *source, const lk_processors *affinity,
                            lk_topology *topology);

/* The quota alone (cgroup v2 cpu.max and v1 cpu.cfs_quota_us, of the process's group and those above it). */
int32_t lk_cgroup_quota(const lk_text_source *source);

#endif
