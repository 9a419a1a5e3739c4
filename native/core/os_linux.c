#include "core/os.h"
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { MOST_PROCESSORS = 4096 };

/* The processors that this process may run on, as a bit set. False where the kernel has more than we ask for.
 */
static bool allowed_processors(unsigned long *set, size_t bytes) {
    memset(set, 0, bytes);
    return sched_getaffinity(0, bytes, (cpu_set_t *)set) == 0;
}

static bool is_allowed(const unsigned long *set, int32_t processor) {
    const int32_t bits = (int32_t)(8 * sizeof(unsigned long));
    return (set[processor / bits] >> (processor % bits)) & 1;
}

int32_t lk_os_processor_count(void) {
    unsigned long set[MOST_PROCESSORS / (8 * sizeof(unsigned long))];
    if (!allowed_processors(set, sizeof(set))) return 1;
    int32_t count = 0;
    for (int32_t i = 0; i < MOST_PROCESSORS; ++i) count += is_allowed(set, i);
    return count > 0 ? count : 1;
}

/* The lowest processor of the core that a processor belongs to, itself where the system does not say. */
static int32_t first_sibling(int32_t processor) {
    char path[96];
    snprintf(path, sizeof(path), "/sys/devices/system/cpu/cpu%d/topology/thread_siblings_list",
             (int)processor);
    FILE *file = fopen(path, "r");
    if (file == NULL) return processor;
    int first = processor;
    if (fscanf(file, "%d", &first) != 1 || first < 0 || first >= MOST_PROCESSORS) first = processor;
    fclose(file);
    return first;
}

int32_t lk_os_core_count(void) {
    unsigned long set[MOST_PROCESSORS / (8 * sizeof(unsigned long))];
    if (!allowed_processors(set, sizeof(set))) return 1;
    bool seen[MOST_PROCESSORS] = {false};
    int32_t cores = 0;
    for (int32_t i = 0; i < MOST_PROCESSORS; ++i) {
        if (!is_allowed(set, i)) continue;
        const int32_t core = first_sibling(i);
        cores += !seen[core];
        seen[core] = true;
    }
    return cores > 0 ? cores : 1;
}

static int64_t read_number(const char *path) {
    FILE *file = fopen(path, "r");
    if (file == NULL) return -1;
    long long value = -1;
    if (fscanf(file, "%lld", &value) != 1) value = -1;
    fclose(file);
    return value;
}

static int64_t read_meminfo(const char *key) {
    FILE *file = fopen("/proc/meminfo", "r");
    if (file == NULL) return 0;
    char line[128];
    long long kilobytes = 0;
    const size_t length = strlen(key);
    while (fgets(line, sizeof(line), file) != NULL) {
        if (strncmp(line, key, length) != 0) continue;
        if (sscanf(line + length, "%lld", &kilobytes) != 1) kilobytes = 0;
        break;
    }
    fclose(file);
    return (int64_t)kilobytes * 1024;
}

void lk_os_memory(int64_t *total, int64_t *free) {
    *total = read_meminfo("MemTotal:");
    *free = read_meminfo("MemAvailable:");
    /* In a container its control group is the limit. */
    const int64_t limit = read_number("/sys/fs/cgroup/memory.max");
    const int64_t used = read_number("/sys/fs/cgroup/memory.current");
    if (limit <= 0 || used < 0) return;
    if (limit < *total) *total = limit;
    const int64_t left = limit > used ? limit - used : 0;
    if (left < *free) *free = left;
}

void lk_os_processor_name(char *text, size_t size) {
    text[0] = '\0';
    FILE *file = fopen("/proc/device-tree/model", "r");
    if (file == NULL) return;
    const size_t read = fread(text, 1, size - 1, file);
    text[read] = '\0';
    fclose(file);
}
