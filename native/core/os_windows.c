#include "core/os.h"
#include <windows.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct lk_os_monitor {
    SRWLOCK lock;
    CONDITION_VARIABLE condition;
};

lk_os_monitor *lk_os_monitor_create(void) {
    lk_os_monitor *monitor = malloc(sizeof(*monitor));
    if (monitor == NULL) return NULL;
    InitializeSRWLock(&monitor->lock);
    InitializeConditionVariable(&monitor->condition);
    return monitor;
}

void lk_os_monitor_free(lk_os_monitor *monitor) {
    free(monitor);
}

void lk_os_monitor_enter(lk_os_monitor *monitor) {
    AcquireSRWLockExclusive(&monitor->lock);
}

void lk_os_monitor_leave(lk_os_monitor *monitor) {
    ReleaseSRWLockExclusive(&monitor->lock);
}

void lk_os_monitor_wait(lk_os_monitor *monitor) {
    SleepConditionVariableSRW(&monitor->condition, &monitor->lock, INFINITE, 0);
}

void lk_os_monitor_wake(lk_os_monitor *monitor) {
    WakeConditionVariable(&monitor->condition);
}

static SRWLOCK global_lock = SRWLOCK_INIT;

void lk_os_global_lock(void) {
    AcquireSRWLockExclusive(&global_lock);
}

void lk_os_global_unlock(void) {
    ReleaseSRWLockExclusive(&global_lock);
}

typedef struct thread_start {
    void (*body)(void *context);
    void *context;
} thread_start;

static DWORD WINAPI thread_main(void *argument) {
    thread_start start = *(thread_start *)argument;
    free(argument);
    start.body(start.context);
    return 0;
}

int lk_os_thread_start(void (*body)(void *context), void *context) {
    thread_start *start = malloc(sizeof(*start));
    if (start == NULL) return ERROR_NOT_ENOUGH_MEMORY;
    *start = (thread_start){body, context};
    HANDLE thread = CreateThread(NULL, 2u << 20, thread_main, start, 0, NULL);
    if (thread == NULL) {
        const int error = (int)GetLastError();
        free(start);
        return error;
    }
    CloseHandle(thread);
    return 0;
}

void lk_os_yield(void) {
    SwitchToThread();
}

int64_t lk_os_nanoseconds(void) {
    LARGE_INTEGER frequency, now;
    QueryPerformanceFrequency(&frequency);
    QueryPerformanceCounter(&now);
    const int64_t seconds = now.QuadPart / frequency.QuadPart;
    const int64_t rest = now.QuadPart % frequency.QuadPart;
    return seconds * 1000000000 + rest * 1000000000 / frequency.QuadPart;
}

enum { GROUP_BITS = 64 };

/* Processors are numbered by group, 64 to each. */
static void add_group(lk_processors *set, const GROUP_AFFINITY *group) {
    if (group->Group < LK_PROCESSORS_WORDS) set->words[group->Group] |= group->Mask;
}

/* A process that runs in several groups has no mask of its own: it may run on all. */
static lk_processors own_affinity(void) {
    lk_processors set = {0};
    DWORD_PTR process = 0, system = 0;
    USHORT groups[1], count = 1;
    if (GetProcessGroupAffinity(GetCurrentProcess(), &count, groups) && groups[0] < LK_PROCESSORS_WORDS &&
        GetProcessAffinityMask(GetCurrentProcess(), &process, &system))
        set.words[groups[0]] = process;
    return set;
}

/* The highest class is the fastest. It is the byte after Flags, which older headers do not name. */
static BYTE efficiency_class(const PROCESSOR_RELATIONSHIP *core) {
    return (&core->Flags)[1];
}

static void add_core(lk_topology *topology, const PROCESSOR_RELATIONSHIP *core, BYTE *classes) {
    lk_processors members = {0};
    for (WORD g = 0; g < core->GroupCount; ++g) add_group(&members, &core->GroupMask[g]);
    const int32_t first = lk_processors_next(&members, 0);
    for (int32_t i = first; i >= 0; i = lk_processors_next(&members, i + 1)) {
        lk_processors_add(&topology->present, i);
        topology->processors[i].core = (int16_t)first;
        classes[i] = efficiency_class(core);
    }
}

static void add_record(lk_topology *topology, const SYSTEM_LOGICAL_PROCESSOR_INFORMATION_EX *record,
                       BYTE *classes) {
    lk_processors members = {0};
    if (record->Relationship == RelationProcessorCore) add_core(topology, &record->Processor, classes);
    if (record->Relationship == RelationCache && record->Cache.Level == 3)
        topology->cache_bytes += record->Cache.CacheSize;
    if (record->Relationship != RelationNumaNode) return;
    add_group(&members, &record->NumaNode.GroupMask);
    for (int32_t i = lk_processors_next(&members, 0); i >= 0; i = lk_processors_next(&members, i + 1))
        topology->processors[i].node = (int16_t)record->NumaNode.NodeNumber;
}

static void mark_efficiency(lk_topology *topology, const BYTE *classes) {
    BYTE best = 0;
    for (int32_t i = 0; i < LK_PROCESSORS_MOST; ++i) best = classes[i] > best ? classes[i] : best;
    for (int32_t i = 0; i < LK_PROCESSORS_MOST; ++i) topology->processors[i].efficiency = classes[i] < best;
}

static void read_records(lk_topology *topology) {
    BYTE classes[LK_PROCESSORS_MOST] = {0};
    DWORD bytes = 0;
    GetLogicalProcessorInformationEx(RelationAll, NULL, &bytes);
    char *records = malloc(bytes);
    if (records == NULL) return;
    if (GetLogicalProcessorInformationEx(RelationAll, (void *)records, &bytes))
        for (DWORD at = 0; at < bytes;) {
            const SYSTEM_LOGICAL_PROCESSOR_INFORMATION_EX *record = (const void *)(records + at);
            add_record(topology, record, classes);
            at += record->Size;
        }
    free(records);
    mark_efficiency(topology, classes);
}

void lk_os_topology(lk_topology *topology) {
    memset(topology, 0, sizeof(*topology));
    read_records(topology);
    if (lk_processors_next(&topology->present, 0) < 0) lk_processors_add(&topology->present, 0);
    const lk_processors affinity = own_affinity();
    topology->allowed = lk_processors_both(&topology->present, &affinity);
    if (lk_processors_next(&topology->allowed, 0) < 0) topology->allowed = topology->present;
}

int32_t lk_os_current_node(const lk_topology *topology) {
    PROCESSOR_NUMBER number;
    GetCurrentProcessorNumberEx(&number);
    return number.Group < LK_PROCESSORS_WORDS
               ? topology->processors[number.Group * GROUP_BITS + number.Number].node
               : 0;
}

static const int priorities[] = {THREAD_PRIORITY_BELOW_NORMAL, THREAD_PRIORITY_NORMAL,
                                 THREAD_PRIORITY_ABOVE_NORMAL, THREAD_PRIORITY_HIGHEST,
                                 THREAD_PRIORITY_TIME_CRITICAL};

int lk_os_thread_find(lk_os_thread_place *place) {
    GROUP_AFFINITY group;
    *place = (lk_os_thread_place){0};
    if (!GetThreadGroupAffinity(GetCurrentThread(), &group)) return (int)GetLastError();
    add_group(&place->set, &group);
    const int priority = GetThreadPriority(GetCurrentThread());
    for (int32_t i = 0; i < (int32_t)(sizeof(priorities) / sizeof(*priorities)); ++i)
        if (priorities[i] == priority) place->priority = i - 1;
    return 0;
}

/* A thread runs in one group: that of the set's first processor. */
int lk_os_thread_move(const lk_os_thread_place *place) {
    if (!SetThreadPriority(GetCurrentThread(), priorities[place->priority + 1])) return (int)GetLastError();
    const int32_t first = lk_processors_next(&place->set, 0);
    if (first < 0) return 0;
    const GROUP_AFFINITY group = {.Group = (WORD)(first / GROUP_BITS),
                                  .Mask = place->set.words[first / GROUP_BITS]};
    return SetThreadGroupAffinity(GetCurrentThread(), &group, NULL) ? 0 : (int)GetLastError();
}

void lk_os_memory(int64_t *total, int64_t *free) {
    MEMORYSTATUSEX status = {.dwLength = sizeof(status)};
    if (!GlobalMemoryStatusEx(&status)) status.ullTotalPhys = status.ullAvailPhys = 0;
    *total = (int64_t)status.ullTotalPhys;
    *free = (int64_t)status.ullAvailPhys;
}

int lk_os_memory_lock(const void *address, size_t bytes) {
    SIZE_T least, most;
    /* Windows locks no more than the working set may hold. */
    if (GetProcessWorkingSetSize(GetCurrentProcess(), &least, &most))
        SetProcessWorkingSetSize(GetCurrentProcess(), least + bytes, most + bytes);
    return VirtualLock((void *)address, bytes) ? 0 : (int)GetLastError();
}

int lk_os_memory_unlock(const void *address, size_t bytes) {
    return VirtualUnlock((void *)address, bytes) ? 0 : (int)GetLastError();
}

int64_t lk_os_page_bytes(void) {
    SYSTEM_INFO info;
    GetSystemInfo(&info);
    return info.dwPageSize;
}

/* Large pages need a privilege that accounts do not have by default: left alone. */
int64_t lk_os_huge_page_bytes(void) {
    return 0;
}

void *lk_os_pages_create(size_t bytes, size_t boundary) {
    (void)boundary; /* the system's own is 64 KB */
    return VirtualAlloc(NULL, bytes, MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE);
}

void lk_os_pages_free(void *memory, size_t bytes) {
    (void)bytes;
    VirtualFree(memory, 0, MEM_RELEASE);
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

/* Unlocking pages that are not locked fails, and takes them out of the working set. */
void lk_os_memory_release(const void *address, size_t bytes) {
    VirtualUnlock((void *)address, bytes);
}

void lk_os_error_text(int error, char *text, size_t size) {
    const DWORD flags =
        FORMAT_MESSAGE_FROM_SYSTEM | FORMAT_MESSAGE_IGNORE_INSERTS | FORMAT_MESSAGE_MAX_WIDTH_MASK;
    if (FormatMessageA(flags, NULL, (DWORD)error, 0, text, (DWORD)size, NULL) == 0)
        snprintf(text, size, "error %d", error);
}

void lk_os_processor_name(char *text, size_t size) {
    text[0] = '\0';
    DWORD bytes = (DWORD)size;
    RegGetValueA(HKEY_LOCAL_MACHINE, "HARDWARE\\DESCRIPTION\\System\\CentralProcessor\\0",
                 "ProcessorNameString", RRF_RT_REG_SZ, NULL, text, &bytes);
}

bool lk_os_has_dotprod(void) {
    enum { DOTPROD = 43 }; /* PF_ARM_V82_DP_INSTRUCTIONS_AVAILABLE, which older headers lack */
    return IsProcessorFeaturePresent(DOTPROD) != 0;
}

bool lk_os_has_i8mm(void) {
    enum { I8MM = 66 }; /* PF_ARM_V82_I8MM_INSTRUCTIONS_AVAILABLE, false on systems older than it */
    return IsProcessorFeaturePresent(I8MM) != 0;
}
