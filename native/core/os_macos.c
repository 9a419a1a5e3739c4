#include "core/os.h"
#include <errno.h>
#include <mach/mach.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/sysctl.h>

static int64_t read_sysctl(const char *name) {
    int64_t value = 0;
    size_t size = sizeof(value);
    return sysctlbyname(name, &value, &size, NULL, 0) == 0 ? value : 0;
}

static bool has_feature(const char *name) {
    int32_t has = 0; /* an int, unlike the counts */
    size_t size = sizeof(has);
    return sysctlbyname(name, &has, &size, NULL, 0) == 0 && has != 0;
}

bool lk_os_has_dotprod(void) {
    return has_feature("hw.optional.arm.FEAT_DotProd");
}

bool lk_os_has_i8mm(void) {
    return has_feature("hw.optional.arm.FEAT_I8MM");
}

/* The system tells how many cores there are of each kind, not which; nor can a thread be bound to one. */
void lk_os_topology(lk_topology *topology) {
    memset(topology, 0, sizeof(*topology));
    const int64_t count = read_sysctl("hw.logicalcpu"), cores = read_sysctl("hw.physicalcpu");
    const int64_t fast = read_sysctl("hw.perflevel0.physicalcpu");
    for (int32_t i = 0; i < LK_PROCESSORS_MOST && i < (count > 0 ? count : 1); ++i) {
        lk_processors_add(&topology->present, i);
        const int32_t core = cores > 0 ? (int32_t)(i % cores) : i;
        topology->processors[i] =
            (lk_processor){.core = (int16_t)core, .efficiency = fast > 0 && core >= fast};
    }
    topology->allowed = topology->present;
    topology->cache_bytes = read_sysctl("hw.l3cachesize");
}

int32_t lk_os_current_node(const lk_topology *topology) {
    (void)topology;
    return 0;
}

int lk_os_thread_find(lk_os_thread_place *place) {
    *place = (lk_os_thread_place){.priority = getpriority(PRIO_DARWIN_THREAD, 0) == 1 ? -1 : 0};
    return 0;
}

/* Of priorities only the background's can be asked for. */
int lk_os_thread_move(const lk_os_thread_place *place) {
    const int level = place->priority < 0 ? PRIO_DARWIN_BG : 0;
    if (place->priority > 0) return ENOTSUP;
    if (setpriority(PRIO_DARWIN_THREAD, 0, level) != 0) return errno;
    return lk_processors_next(&place->set, 0) >= 0 ? ENOTSUP : 0;
}

void lk_os_memory(int64_t *total, int64_t *free) {
    *total = read_sysctl("hw.memsize");
    *free = 0;
    vm_statistics64_data_t statistics;
    mach_msg_type_number_t count = HOST_VM_INFO64_COUNT;
    if (host_statistics64(mach_host_self(), HOST_VM_INFO64, (host_info64_t)&statistics, &count) !=
        KERN_SUCCESS)
        return;
    *free = ((int64_t)statistics.free_count + statistics.inactive_count) * (int64_t)vm_kernel_page_size;
}

int64_t lk_os_huge_page_bytes(void) {
    return 0;
}

/* Superpages are an Intel-only flag of its kernel that wires memory: left alone. */
void *lk_os_pages_create(size_t bytes, size_t boundary) {
    (void)boundary;
    void *memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANON, -1, 0);
    return memory == MAP_FAILED ? NULL : memory;
}

void lk_os_pages_advise(void *memory, size_t bytes, bool huge) {
    (void)memory;
    (void)bytes;
    (void)huge;
}

int64_t lk_os_pages_populate(void *memory, size_t bytes) {
    (void)memory;
    (void)bytes;
    return 0;
}

void lk_os_pages_collapse(void *memory, size_t bytes) {
    (void)memory;
    (void)bytes;
}

void lk_os_pages_spread(void *memory, size_t bytes, const lk_processors *nodes) {
    (void)memory;
    (void)bytes;
    (void)nodes;
}

void lk_os_processor_name(char *text, size_t size) {
    if (sysctlbyname("machdep.cpu.brand_string", text, &size, NULL, 0) != 0) text[0] = '\0';
}
