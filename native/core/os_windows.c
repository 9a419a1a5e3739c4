#include "core/os.h"
#include <windows.h>
#include <stdio.h>
#include <stdlib.h>

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

static DWORD_PTR allowed_processors(void) {
    DWORD_PTR process = 0, system = 0;
    return GetProcessAffinityMask(GetCurrentProcess(), &process, &system) ? process : 1;
}

int32_t lk_os_processor_count(void) {
    int32_t count = 0;
    for (DWORD_PTR mask = allowed_processors(); mask != 0; mask &= mask - 1) ++count;
    return count > 0 ? count : 1;
}

int32_t lk_os_core_count(void) {
    DWORD bytes = 0;
    GetLogicalProcessorInformation(NULL, &bytes);
    SYSTEM_LOGICAL_PROCESSOR_INFORMATION *records = malloc(bytes);
    if (records == NULL) return 1;
    int32_t cores = 0;
    if (GetLogicalProcessorInformation(records, &bytes)) {
        const DWORD_PTR allowed = allowed_processors();
        for (DWORD i = 0; i < bytes / sizeof(*records); ++i)
            cores +=
                records[i].Relationship == RelationProcessorCore && (records[i].ProcessorMask & allowed) != 0;
    }
    free(records);
    return cores > 0 ? cores : 1;
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
