#include "core/os.h"
#include <mach/mach.h>
#include <sys/sysctl.h>

static int64_t read_sysctl(const char *name) {
    int64_t value = 0;
    size_t size = sizeof(value);
    return sysctlbyname(name, &value, &size, NULL, 0) == 0 ? value : 0;
}

int32_t lk_os_processor_count(void) {
    const int64_t count = read_sysctl("hw.logicalcpu");
    return count > 0 ? (int32_t)count : 1;
}

int32_t lk_os_core_count(void) {
    /* Efficiency cores would hold every barrier up: count the performance cores where there are two kinds. */
    int64_t count = read_sysctl("hw.perflevel0.physicalcpu");
    if (count <= 0) count = read_sysctl("hw.physicalcpu");
    return count > 0 ? (int32_t)count : 1;
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

void lk_os_processor_name(char *text, size_t size) {
    if (sysctlbyname("machdep.cpu.brand_string", text, &size, NULL, 0) != 0) text[0] = '\0';
}
