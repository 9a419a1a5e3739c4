#include "tests/machines.h"
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CPU "/sys/devices/system/cpu/"

machine *machine_begin(void) {
    static machine made;
    made.count = 0;
    made.used = 0;
    return &made;
}

static const char *keep(machine *made, const char *text) {
    const size_t bytes = strlen(text) + 1;
    if (made->used + bytes > sizeof(made->text)) abort();
    char *kept = memcpy(made->text + made->used, text, bytes);
    made->used += bytes;
    return kept;
}

void machine_file(machine *made, const char *path, const char *text, ...) {
    char line[256];
    va_list arguments;
    va_start(arguments, text);
    vsnprintf(line, sizeof(line), text, arguments);
    va_end(arguments);
    if (made->count == MACHINE_FILES) abort();
    made->paths[made->count] = keep(made, path);
    made->texts[made->count++] = keep(made, line);
}

static bool read_file(void *context, const char *path, char *text, size_t size) {
    const machine *from = context;
    for (int32_t i = 0; i < from->count; ++i) {
        if (strcmp(from->paths[i], path) != 0) continue;
        snprintf(text, size, "%s", from->texts[i]);
        return true;
    }
    return false;
}

void machine_read(const machine *from, const char *affinity, lk_topology *topology) {
    const lk_text_source source = {(void *)from, read_file};
    lk_processors set;
    if (!lk_processors_parse(affinity, &set)) abort();
    lk_topology_read_sysfs(&source, &set, topology);
}

static void file_of(machine *made, int32_t processor, const char *name, const char *text) {
    char path[128];
    snprintf(path, sizeof(path), CPU "cpu%d/%s", processor, name);
    machine_file(made, path, "%s\n", text);
}

static void siblings(machine *made, int32_t first, int32_t second) {
    char list[32];
    snprintf(list, sizeof(list), second - first == 1 ? "%d-%d" : "%d,%d", first, second);
    file_of(made, first, "topology/thread_siblings_list", list);
    file_of(made, second, "topology/thread_siblings_list", list);
}

machine *machine_alder_lake(void) {
    machine *made = machine_begin();
    machine_file(made, CPU "online", "0-23\n");
    machine_file(made, "/sys/devices/cpu_core/cpus", "0-15\n");
    machine_file(made, "/sys/devices/cpu_atom/cpus", "16-23\n");
    machine_file(made, "/sys/devices/system/node/online", "0\n");
    machine_file(made, "/sys/devices/system/node/node0/cpulist", "0-23\n");
    for (int32_t i = 0; i < 16; i += 2) siblings(made, i, i + 1);
    for (int32_t i = 0; i < 24; ++i) {
        file_of(made, i, "cache/index3/shared_cpu_list", "0-23");
        file_of(made, i, "cache/index3/size", "30720K");
    }
    return made;
}

machine *machine_big_little(void) {
    static const char *const capacities[] = {"250", "250", "250", "250", "762", "762", "762", "1024"};
    machine *made = machine_begin();
    machine_file(made, CPU "online", "0-7\n");
    for (int32_t i = 0; i < 8; ++i) file_of(made, i, "cpu_capacity", capacities[i]);
    return made;
}

machine *machine_two_sockets(void) {
    machine *made = machine_begin();
    machine_file(made, CPU "online", "0-255\n");
    machine_file(made, "/sys/devices/system/node/online", "0-1\n");
    machine_file(made, "/sys/devices/system/node/node0/cpulist", "0-63,128-191\n");
    machine_file(made, "/sys/devices/system/node/node1/cpulist", "64-127,192-255\n");
    for (int32_t i = 0; i < 128; ++i) siblings(made, i, i + 128);
    for (int32_t i = 0; i < 256; ++i)
        file_of(made, i, "cpufreq/cpuinfo_max_freq", i % 2 ? "3500000" : "3700000");
    return made;
}
