#include "core/os.h"
#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

bool lk_os_has_dotprod(void) {
    enum { HWCAP_OF_DOTPROD = 1 << 20 };
    return (getauxval(AT_HWCAP) & HWCAP_OF_DOTPROD) != 0;
}

bool lk_os_has_i8mm(void) {
    enum { HWCAP2_OF_I8MM = 1 << 13 };
    return (getauxval(AT_HWCAP2) & HWCAP2_OF_I8MM) != 0;
}

static bool read_text(void *context, const char *path, char *text, size_t size) {
    (void)context;
    FILE *file = fopen(path, "r");
    if (file == NULL) return false;
    text[fread(text, 1, size - 1, file)] = '\0';
    fclose(file);
    return true;
}

/* Empty where the kernel has more processors than a set holds. */
static lk_processors own_affinity(void) {
    lk_processors set = {0};
    if (sched_getaffinity(0, sizeof(set), (cpu_set_t *)&set) != 0) set = (lk_processors){0};
    return set;
}

void lk_os_topology(lk_topology *topology) {
    const lk_text_source files = {NULL, read_text};
    const lk_processors affinity = own_affinity();
    lk_topology_read_sysfs(&files, &affinity, topology);
}

int32_t lk_os_current_node(const lk_topology *topology) {
    const int processor = sched_getcpu();
    return processor >= 0 && processor < LK_PROCESSORS_MOST ? topology->processors[processor].node : 0;
}

/* llama.cpp's levels: a batch job, then three steps of the real-time queue. */
static const struct {
    int policy, level;
} priorities[] = {{SCHED_BATCH, 0}, {SCHED_OTHER, 0}, {SCHED_FIFO, 40}, {SCHED_FIFO, 80}, {SCHED_FIFO, 90}};

static int own_priority(int32_t *priority) {
    struct sched_param parameters;
    const int policy = sched_getscheduler(0);
    if (policy < 0 || sched_getparam(0, &parameters) != 0) return errno;
    *priority = 0;
    for (int32_t i = 0; i < (int32_t)(sizeof(priorities) / sizeof(*priorities)); ++i)
        if (priorities[i].policy == policy && priorities[i].level == parameters.sched_priority)
            *priority = i - 1;
    return 0;
}

static int set_priority(int32_t priority) {
    int32_t now = 0;
    const int error = own_priority(&now);
    if (error != 0 || now == priority) return error;
    const struct sched_param parameters = {.sched_priority = priorities[priority + 1].level};
    return sched_setscheduler(0, priorities[priority + 1].policy, &parameters) == 0 ? 0 : errno;
}

int lk_os_thread_find(lk_os_thread_place *place) {
    place->set = own_affinity();
    return own_priority(&place->priority);
}

int lk_os_thread_move(const lk_os_thread_place *place) {
    const int error = set_priority(place->priority);
    if (error != 0) return error;
    if (lk_processors_next(&place->set, 0) < 0) return 0;
    return sched_setaffinity(0, sizeof(place->set), (const cpu_set_t *)&place->set) == 0 ? 0 : errno;
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

/* "always [madvise] never" */
int64_t lk_os_huge_page_bytes(void) {
    char line[64];
    if (!read_text(NULL, "/sys/kernel/mm/transparent_hugepage/enabled", line, sizeof(line))) return 0;
    const bool never = strstr(line, "[never]") != NULL;
    const int64_t bytes = read_number("/sys/kernel/mm/transparent_hugepage/hpage_pmd_size");
    return never || bytes < 0 ? 0 : bytes;
}

void *lk_os_pages_create(size_t bytes, size_t boundary) {
    const size_t reserved = bytes + boundary;
    char *base = mmap(NULL, reserved, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (base == MAP_FAILED) return NULL;
    const size_t before = (boundary - (uintptr_t)base % boundary) % boundary;
    if (before > 0) munmap(base, before);
    munmap(base + before + bytes, boundary - before);
    lk_os_pages_advise(base + before, bytes, true);
    return base + before;
}

void lk_os_pages_advise(void *memory, size_t bytes, bool huge) {
    (void)madvise(memory, bytes, huge ? MADV_HUGEPAGE : MADV_NOHUGEPAGE);
}

static int64_t thread_nanoseconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

int64_t lk_os_pages_populate(void *memory, size_t bytes) {
    enum { POPULATE_WRITE = 23 }; /* of Linux 5.14 */
    const int64_t start = thread_nanoseconds();
    (void)madvise(memory, bytes, POPULATE_WRITE);
    return thread_nanoseconds() - start;
}

void lk_os_pages_collapse(void *memory, size_t bytes) {
    enum { COLLAPSE = 25 }; /* of Linux 6.1 */
    (void)madvise(memory, bytes, COLLAPSE);
}

/* mbind without libnuma: linux/mempolicy.h. The kernel wants the number of bits and one more. */
void lk_os_pages_spread(void *memory, size_t bytes, const lk_processors *nodes) {
    enum { INTERLEAVE = 3 };
    (void)syscall(SYS_mbind, memory, bytes, INTERLEAVE, nodes->words, LK_PROCESSORS_MOST + 1, 0);
}

void lk_os_processor_name(char *text, size_t size) {
    if (!read_text(NULL, "/proc/device-tree/model", text, size)) text[0] = '\0';
}
