/* Which processors threads are given on machines of many kinds, and what is refused. */
#include "core/thread_plan.h"
#include "tests/check.h"
#include "tests/machines.h"
#include <stdio.h>
#include <string.h>

static lk_topology topology;
static lk_thread_plan plan;

static void check_set(const char *what, const lk_processors *set, const char *expected) {
    char text[256];
    lk_processors_format(set, text, sizeof(text));
    check_that(strcmp(text, expected) == 0, "%s: %s, not %s", what, text, expected);
}

static void check_number(const char *what, int64_t number, int64_t expected) {
    check_that(number == expected, "%s: %lld, not %lld", what, (long long)number, (long long)expected);
}

static lk_backend_config on(const char *list) {
    lk_backend_config config = {0};
    lk_processors set;
    check_that(lk_processors_parse(list, &set), "\"%s\" is no list", list);
    memcpy(config.processors, set.words, sizeof(set.words));
    return config;
}

static bool made(const lk_backend_config *config, int32_t node) {
    return check_that(lk_thread_plan_make(&topology, config, node, &plan) == LK_STATUS_OK, "%s",
                      lk_last_error());
}

static void check_refused(const lk_backend_config *config, const char *part) {
    const lk_status status = lk_thread_plan_make(&topology, config, 0, &plan);
    check_that(status == LK_STATUS_INVALID_ARGUMENT && strstr(lk_last_error(), part) != NULL,
               "status %d, \"%s\" does not say \"%s\"", status, lk_last_error(), part);
}

static void check_lists(void) {
    static const char *const good[] = {"", "0", "3-5", "0-3,8,10-11", "63-64,1023"};
    static const char *const bad[] = {"x", "1-", "-1", "3-1", "1 2", "0x3"};
    lk_processors set;
    char text[64], short_text[5];
    for (size_t i = 0; i < sizeof(good) / sizeof(*good); ++i) {
        check_that(lk_processors_parse(good[i], &set), "\"%s\"", good[i]);
        check_set("list", &set, good[i]);
    }
    for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); ++i)
        check_that(!lk_processors_parse(bad[i], &set), "\"%s\" is read as a list", bad[i]);
    check_that(lk_processors_parse("1022-4000000000\n", &set), "beyond the last");
    check_set("beyond the last", &set, "1022-1023");
    lk_processors_parse("100,200,300", &set);
    lk_processors_format(&set, short_text, sizeof(short_text));
    check_that(strlen(short_text) == 4, "\"%s\" does not end in its array", short_text);
    lk_processors_format(&(lk_processors){{0}}, text, sizeof(text));
    check_that(text[0] == '\0', "nothing is \"%s\"", text);
}

static void check_hybrid(void) {
    lk_backend_config config = {0};
    machine_read(machine_alder_lake(), "", &topology);
    check_number("Alder Lake's cores", lk_topology_cores(&topology, &topology.allowed), 16);
    check_number("Alder Lake's cache", topology.cache_bytes, 30720 * 1024);
    if (!made(&config, 0)) return;
    check_number("one thread a fast core", plan.count, 8);
    check_number("the same by itself", lk_thread_plan_default_count(&topology), 8);
    check_set("fast cores", &plan.sets[7], "0-15");
    check_that(plan.id != 0 && !plan.binds, "fast cores are preferred, not demanded");
    config.thread_count = 16;
    if (made(&config, 0)) check_set("16 threads", &plan.sets[15], "0-15");
    config.thread_count = 24;
    if (made(&config, 0)) check_set("more than the fast ones take", &plan.sets[0], "0-23");
    check_that(plan.id == 0, "threads that may run anywhere are left alone");

    config = on("14-17");
    if (made(&config, 0)) check_set("a mask of both kinds", &plan.sets[0], "14-17");
    check_number("a thread a core of the mask", plan.count, 3);
    config.strict = 1;
    config.thread_count = 4;
    static const char *const own[] = {"14", "16", "17", "15"};
    if (made(&config, 0))
        for (int i = 0; i < 4; ++i) check_set("strictly, cores first", &plan.sets[i], own[i]);
    machine_read(machine_alder_lake(), "16-19", &topology);
    config = (lk_backend_config){0};
    if (made(&config, 0)) check_set("only slow ones are allowed", &plan.sets[0], "16-19");
    check_number("a thread a slow core", plan.count, 4);
}

static void check_phone(void) {
    const lk_backend_config config = {0};
    machine_read(machine_big_little(), "", &topology);
    if (made(&config, 0)) check_set("big cores of a phone", &plan.sets[0], "4-7");
    check_number("threads of a phone", plan.count, 4);
}

static void check_frequencies(void) {
    const lk_backend_config config = {0};
    machine *mixed = machine_begin();
    machine_file(mixed, "/sys/devices/system/cpu/online", "0-3\n");
    for (int i = 0; i < 4; ++i) {
        char path[96];
        snprintf(path, sizeof(path), "/sys/devices/system/cpu/cpu%d/cpufreq/cpuinfo_max_freq", i);
        machine_file(mixed, path, "%d\n", i < 2 ? 5100000 : 3300000);
    }
    machine_read(mixed, "", &topology);
    if (made(&config, 0)) check_set("cores with a much higher clock", &plan.sets[0], "0-1");
    machine_read(machine_two_sockets(), "", &topology);
    if (made(&config, 0)) check_that(plan.id == 0, "cores whose clocks differ by 5%% are of one kind");
    check_number("threads of two sockets", plan.count, 128);
}

static void check_numa(void) {
    lk_backend_config config = {.numa = LK_NUMA_DISTRIBUTE, .thread_count = 4};
    machine_read(machine_two_sockets(), "", &topology);
    if (!made(&config, 0)) return;
    check_set("nodes", &plan.nodes, "0-1");
    check_set("thread 0 of distribute", &plan.sets[0], "0-63,128-191");
    check_set("thread 1 of distribute", &plan.sets[1], "64-127,192-255");
    check_set("thread 2 of distribute", &plan.sets[2], "0-63,128-191");
    config.strict = 1;
    static const char *const own[] = {"0", "64", "1", "65"};
    if (made(&config, 0))
        for (int i = 0; i < 4; ++i) check_set("distribute, strictly", &plan.sets[i], own[i]);
    config = (lk_backend_config){.numa = LK_NUMA_ISOLATE};
    if (made(&config, 1)) check_set("isolate on node 1", &plan.sets[0], "64-127,192-255");
    check_number("threads of a node", plan.count, 64);
    check_number("isolate spreads no memory", lk_processors_count(&plan.nodes), 0);
    config = on("64-70");
    config.numa = LK_NUMA_ISOLATE;
    check_refused(&config, "on node 0");
    config = (lk_backend_config){.numa = LK_NUMA_NUMACTL};
    machine_read(machine_two_sockets(), "0-7", &topology);
    if (made(&config, 0)) check_that(plan.id == 0 && plan.count == 8, "numactl's own limits hold");
    machine_read(machine_alder_lake(), "", &topology);
    config.numa = LK_NUMA_DISTRIBUTE;
    if (made(&config, 0)) check_number("one node: nothing to spread", lk_processors_count(&plan.nodes), 0);
    check_that(!plan.binds, "one node: nothing is demanded");
}

static void check_quota_of(const char *group, const char *path, const char *text, int32_t expected) {
    machine *box = machine_begin();
    machine_file(box, "/sys/devices/system/cpu/online", "0-63\n");
    machine_file(box, "/proc/self/cgroup", "%s\n", group);
    machine_file(box, path, "%s\n", text);
    machine_file(box, "/sys/fs/cgroup/cpu/docker/1/cpu.cfs_period_us", "100000\n");
    machine_file(box, "/sys/fs/cgroup/cpu/cpu.cfs_period_us", "50000\n");
    machine_read(box, "", &topology);
    check_number(group, topology.quota, expected);
    check_number("threads", lk_thread_plan_default_count(&topology), expected > 0 ? expected : 64);
}

static void check_quotas(void) {
    check_quota_of("0::/", "/sys/fs/cgroup/cpu.max", "200000 100000", 2);
    check_quota_of("0::/", "/sys/fs/cgroup/cpu.max", "150000 100000", 2);
    check_quota_of("0::/", "/sys/fs/cgroup/cpu.max", "1000 100000", 1);
    check_quota_of("0::/", "/sys/fs/cgroup/cpu.max", "max 100000", 0);
    check_quota_of("0::/", "/sys/fs/cgroup/cpu.max", "rubbish", 0);
    check_quota_of("0::/a/b/c", "/sys/fs/cgroup/a/cpu.max", "300000 100000", 3);
    check_quota_of("3:memory:/x\n7:cpu,cpuacct:/docker/1", "/sys/fs/cgroup/cpu/docker/1/cpu.cfs_quota_us",
                   "400000", 4);
    check_quota_of("7:cpuacct,cpu:/gone", "/sys/fs/cgroup/cpu/cpu.cfs_quota_us", "150000", 3);
    check_quota_of("7:cpu:/", "/sys/fs/cgroup/cpu/cpu.cfs_quota_us", "-1", 0);
    check_quota_of("7:cpuset:/", "/sys/fs/cgroup/cpu/cpu.cfs_quota_us", "100000", 0);
    machine_read(machine_alder_lake(), "", &topology);
    topology.quota = 2;
    lk_backend_config config = {.thread_count = 3};
    if (made(&config, 0)) check_number("spin of more threads than the quota", plan.spin, 2000);
    check_number("usable", lk_topology_usable(&topology), 2);
}

static void check_bare(void) {
    const lk_backend_config config = {0};
    machine_read(machine_begin(), "2,5", &topology);
    if (made(&config, 0)) check_set("no files, an affinity", &plan.sets[0], "2,5");
    check_number("a core each", plan.count, 2);
    machine_read(machine_begin(), "", &topology);
    if (made(&config, 0)) check_number("nothing is known", plan.count, 1);
    machine *odd = machine_begin();
    machine_file(odd, "/sys/devices/system/cpu/online", "0-1\n");
    machine_file(odd, "/sys/devices/system/cpu/cpu0/topology/thread_siblings_list", "rubbish\n");
    machine_file(odd, "/sys/devices/system/cpu/cpu0/cpu_capacity", "much\n");
    machine_file(odd, "/sys/devices/system/node/online", "0,7\n");
    machine_read(odd, "", &topology);
    if (made(&config, 0)) check_number("files of rubbish", plan.count, 2);
}

static void check_refusals(void) {
    machine_read(machine_alder_lake(), "0-3", &topology);
    lk_backend_config config = on("3,24");
    check_refused(&config, "there is no processor 24; this machine has 0-23");
    config = on("4-7");
    check_refused(&config, "none of the processors asked for; it may on 0-3");
    config = (lk_backend_config){.strict = 1, .thread_count = 5};
    check_refused(&config, "5 threads, but 4 processors");
    config = (lk_backend_config){.strict = 2};
    check_refused(&config, "strict is 2");
    config = (lk_backend_config){.priority = 4};
    check_refused(&config, "priority 4");
    config = (lk_backend_config){.spin_microseconds = -2};
    check_refused(&config, "spin of -2");
    config = (lk_backend_config){.numa = 4};
    check_refused(&config, "numa 4");
}

static void check_spins(void) {
    lk_backend_config config = {0};
    machine_read(machine_alder_lake(), "", &topology);
    if (made(&config, 0)) check_number("spin by default", plan.spin, 50000);
    config.spin_microseconds = -1;
    if (made(&config, 0)) check_number("no spin", plan.spin, 0);
    config.spin_microseconds = 7;
    if (made(&config, 0)) check_number("7 microseconds", plan.spin, 7000);
    config = on("0-1");
    config.thread_count = 3;
    if (made(&config, 0)) check_number("3 threads on 2 processors", plan.spin, 2000);
}

void check_processors(void) {
    check_lists();
    check_hybrid();
    check_phone();
    check_frequencies();
    check_numa();
    check_quotas();
    check_bare();
    check_refusals();
    check_spins();
}
