/* The machine as Linux tells it: Documentation/ABI/stable/sysfs-devices-system-cpu, -node, and
 * testing/sysfs-bus-event_source-devices (cpu_core and cpu_atom of Intel's hybrids). */
#include "core/topology.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TEXT = 4096, PATH = 128 };

#define CPU "/sys/devices/system/cpu/"

static bool read_list(const lk_text_source *source, const char *path, lk_processors *set) {
    char text[TEXT];
    return source->read(source->context, path, text, sizeof(text)) && lk_processors_parse(text, set);
}

/* The list in a file of one processor. */
static bool read_list_of(const lk_text_source *source, int32_t processor, const char *file,
                         lk_processors *set) {
    char path[PATH];
    snprintf(path, sizeof(path), CPU "cpu%d/%s", processor, file);
    return read_list(source, path, set);
}

/* -1 where there is none. */
static int64_t read_number_of(const lk_text_source *source, int32_t processor, const char *file) {
    char path[PATH], text[64];
    snprintf(path, sizeof(path), CPU "cpu%d/%s", processor, file);
    if (!source->read(source->context, path, text, sizeof(text))) return -1;
    char *end;
    const long long number = strtoll(text, &end, 10);
    return end != text ? number : -1;
}

static void read_cores(const lk_text_source *source, lk_topology *topology) {
    const lk_processors *present = &topology->present;
    for (int32_t i = lk_processors_next(present, 0); i >= 0; i = lk_processors_next(present, i + 1)) {
        lk_processors siblings;
        int32_t first = -1;
        if (read_list_of(source, i, "topology/thread_siblings_list", &siblings))
            first = lk_processors_next(&siblings, 0);
        topology->processors[i].core = (int16_t)(first >= 0 ? first : i);
    }
}

static void read_nodes(const lk_text_source *source, lk_topology *topology) {
    lk_processors nodes, members;
    if (!read_list(source, "/sys/devices/system/node/online", &nodes)) return;
    for (int32_t n = lk_processors_next(&nodes, 0); n >= 0; n = lk_processors_next(&nodes, n + 1)) {
        char path[PATH];
        snprintf(path, sizeof(path), "/sys/devices/system/node/node%d/cpulist", n);
        if (!read_list(source, path, &members)) continue;
        for (int32_t i = lk_processors_next(&members, 0); i >= 0; i = lk_processors_next(&members, i + 1))
            topology->processors[i].node = (int16_t)n;
    }
}

/* Those whose number in a file is below a share of the largest. False where a processor has no such file. */
static bool mark_below(const lk_text_source *source, const char *file, int32_t per_cent,
                       lk_topology *topology) {
    static const int32_t none = -1;
    int64_t numbers[LK_PROCESSORS_MOST], most = 0;
    const lk_processors *present = &topology->present;
    for (int32_t i = lk_processors_next(present, 0); i >= 0; i = lk_processors_next(present, i + 1)) {
        numbers[i] = read_number_of(source, i, file);
        if (numbers[i] == none) return false;
        if (numbers[i] > most) most = numbers[i];
    }
    for (int32_t i = lk_processors_next(present, 0); i >= 0; i = lk_processors_next(present, i + 1))
        topology->processors[i].efficiency = 100 * numbers[i] < per_cent * most;
    return true;
}

/* Cores of one kind differ too (the favoured ones of a die run 5-10% faster); kinds differ by far more: arm's
 * small cores have a third of the capacity, AMD's dense ones two thirds of the clock. */
static void read_kinds(const lk_text_source *source, lk_topology *topology) {
    enum { CAPACITY_PER_CENT = 50, FREQUENCY_PER_CENT = 80 };
    lk_processors fast, slow;
    if (read_list(source, "/sys/devices/cpu_core/cpus", &fast) &&
        read_list(source, "/sys/devices/cpu_atom/cpus", &slow)) {
        for (int32_t i = lk_processors_next(&slow, 0); i >= 0; i = lk_processors_next(&slow, i + 1))
            topology->processors[i].efficiency = !lk_processors_has(&fast, i);
        return;
    }
    if (!mark_below(source, "cpu_capacity", CAPACITY_PER_CENT, topology))
        mark_below(source, "cpufreq/cpuinfo_max_freq", FREQUENCY_PER_CENT, topology);
}

/* "32768K", once for each set of processors that share it. */
static void read_caches(const lk_text_source *source, lk_topology *topology) {
    lk_processors seen = {0};
    const lk_processors *allowed = &topology->allowed;
    for (int32_t i = lk_processors_next(allowed, 0); i >= 0; i = lk_processors_next(allowed, i + 1)) {
        lk_processors sharing;
        if (lk_processors_has(&seen, i)) continue;
        if (!read_list_of(source, i, "cache/index3/shared_cpu_list", &sharing)) return;
        const int64_t kilobytes = read_number_of(source, i, "cache/index3/size");
        if (kilobytes > 0) topology->cache_bytes += kilobytes * 1024;
        for (int w = 0; w < LK_PROCESSORS_WORDS; ++w) seen.words[w] |= sharing.words[w];
    }
}

void lk_topology_read_sysfs(const lk_text_source *source, const lk_processors *affinity,
                            lk_topology *topology) {
    memset(topology, 0, sizeof(*topology));
    const bool anywhere = lk_processors_next(affinity, 0) < 0;
    if (!read_list(source, CPU "online", &topology->present) || lk_processors_next(&topology->present, 0) < 0)
        topology->present = *affinity;
    if (lk_processors_next(&topology->present, 0) < 0) lk_processors_add(&topology->present, 0);
    topology->allowed = topology->present;
    if (!anywhere) topology->allowed = lk_processors_both(&topology->present, affinity);
    if (lk_processors_next(&topology->allowed, 0) < 0) topology->allowed = topology->present;
    topology->quota = lk_cgroup_quota(source);
    read_cores(source, topology);
    read_nodes(source, topology);
    read_kinds(source, topology);
    read_caches(source, topology);
}
