#include "core/os.h"
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

struct lk_os_monitor {
    pthread_mutex_t mutex;
    pthread_cond_t condition;
};

lk_os_monitor *lk_os_monitor_create(void) {
    lk_os_monitor *monitor = malloc(sizeof(*monitor));
    if (monitor == NULL) return NULL;
    pthread_mutex_init(&monitor->mutex, NULL);
    pthread_cond_init(&monitor->condition, NULL);
    return monitor;
}

void lk_os_monitor_free(lk_os_monitor *monitor) {
    if (monitor == NULL) return;
    pthread_cond_destroy(&monitor->condition);
    pthread_mutex_destroy(&monitor->mutex);
    free(monitor);
}

void lk_os_monitor_enter(lk_os_monitor *monitor) {
    pthread_mutex_lock(&monitor->mutex);
}

void lk_os_monitor_leave(lk_os_monitor *monitor) {
    pthread_mutex_unlock(&monitor->mutex);
}

void lk_os_monitor_wait(lk_os_monitor *monitor) {
    pthread_cond_wait(&monitor->condition, &monitor->mutex);
}

void lk_os_monitor_wake(lk_os_monitor *monitor) {
    pthread_cond_signal(&monitor->condition);
}

static pthread_mutex_t global_mutex = PTHREAD_MUTEX_INITIALIZER;

void lk_os_global_lock(void) {
    pthread_mutex_lock(&global_mutex);
}

void lk_os_global_unlock(void) {
    pthread_mutex_unlock(&global_mutex);
}

typedef struct thread_start {
    void (*body)(void *context);
    void *context;
} thread_start;

static void *thread_main(void *argument) {
    thread_start start = *(thread_start *)argument;
    free(argument);
    start.body(start.context);
    return NULL;
}

int lk_os_thread_start(void (*body)(void *context), void *context) {
    thread_start *start = malloc(sizeof(*start));
    if (start == NULL) return ENOMEM;
    *start = (thread_start){body, context};

    /* The host's signals (Ctrl-C, .NET's own) belong to its threads. */
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, 2u << 20);
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    pthread_t thread;
    int error = pthread_create(&thread, &attributes, thread_main, start);
    pthread_attr_destroy(&attributes);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (error != 0) free(start);
    return error;
}

void lk_os_yield(void) {
    sched_yield();
}

int64_t lk_os_nanoseconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

int lk_os_memory_lock(const void *address, size_t bytes) {
    return mlock(address, bytes) == 0 ? 0 : errno;
}

int lk_os_memory_unlock(const void *address, size_t bytes) {
    return munlock(address, bytes) == 0 ? 0 : errno;
}

int64_t lk_os_page_bytes(void) {
    return sysconf(_SC_PAGESIZE);
}

void lk_os_memory_release(const void *address, size_t bytes) {
    (void)madvise((void *)address, bytes, MADV_DONTNEED);
}

void lk_os_pages_free(void *memory, size_t bytes) {
    munmap(memory, bytes);
}

void lk_os_error_text(int error, char *text, size_t size) {
    snprintf(text, size, "%s", strerror(error));
}
