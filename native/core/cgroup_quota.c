/* A container's share of the processors' time (docker run --cpus=2): Documentation/admin-guide/cgroup-v2.rst,
 * cpu.max, and scheduler/sched-bwc.rst for v1. */
#include "core/topology.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PATH = 512 };

/* The stricter of two limits, 0 being none. */
static int32_t stricter(int32_t a, int32_t b) {
    return a == 0 || (b != 0 && b < a) ? b : a;
}

/* Microseconds of every period, rounded up to whole processors; 0 for no limit ("max", -1). */
static int32_t whole_processors(long long quota, long long period) {
    if (quota <= 0 || period <= 0) return 0;
    const long long count = quota / period + (quota % period != 0);
    return count < LK_PROCESSORS_MOST ? (int32_t)count : 0;
}

static int32_t read_v2(const lk_text_source *source, const char *group) {
    char path[PATH], text[64];
    snprintf(path, sizeof(path), "/sys/fs/cgroup%s/cpu.max", group);
    long long quota, period;
    if (!source->read(source->context, path, text, sizeof(text))) return 0;
    return sscanf(text, "%lld %lld", &quota, &period) == 2 ? whole_processors(quota, period) : 0;
}

static int32_t read_v1(const lk_text_source *source, const char *group) {
    static const char *const files[] = {"cpu.cfs_quota_us", "cpu.cfs_period_us"};
    long long numbers[2];
    for (int i = 0; i < 2; ++i) {
        char path[PATH], text[64];
        snprintf(path, sizeof(path), "/sys/fs/cgroup/cpu%s/%s", group, files[i]);
        if (!source->read(source->context, path, text, sizeof(text))) return 0;
        numbers[i] = strtoll(text, NULL, 10);
    }
    return whole_processors(numbers[0], numbers[1]);
}

/* The limits of a group and of all above it hold together. A group that is not mounted here (a container that
 * sees its own group as the root) has no files, and the root's are read last. */
static int32_t read_upwards(const lk_text_source *source, char *group,
                            int32_t (*read)(const lk_text_source *source, const char *group)) {
    int32_t quota = 0;
    for (char *slash; (slash = strrchr(group, '/')) != NULL; *slash = '\0')
        if (slash[1] != '\0') quota = stricter(quota, read(source, group));
    return stricter(quota, read(source, ""));
}

/* Whether a v1 line's list of controllers ("cpu,cpuacct") has cpu. */
static bool names_cpu(const char *controllers, const char *end) {
    while (controllers < end) {
        const size_t length = strcspn(controllers, ",:");
        if (length == 3 && strncmp(controllers, "cpu", 3) == 0) return true;
        controllers += length + 1;
    }
    return false;
}

int32_t lk_cgroup_quota(const lk_text_source *source) {
    char text[4096];
    int32_t quota = 0;
    if (!source->read(source->context, "/proc/self/cgroup", text, sizeof(text))) return 0;
    for (char *line = text, *next; *line != '\0'; line = next) {
        const size_t length = strcspn(line, "\n");
        next = line + length + (line[length] != '\0');
        line[length] = '\0';
        char *controllers = strchr(line, ':'), *group = NULL;
        if (controllers != NULL) group = strchr(++controllers, ':');
        if (group == NULL || group[1] != '/') continue;
        if (group == controllers)
            quota = stricter(quota, read_upwards(source, group + 1, read_v2));
        else if (names_cpu(controllers, group))
            quota = stricter(quota, read_upwards(source, group + 1, read_v1));
    }
    return quota;
}
