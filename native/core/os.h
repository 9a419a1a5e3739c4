/* What the library needs of an operating system, a file per system: os_posix.c with os_linux.c or os_macos.c,
 * and os_windows.c. */
#ifndef LK_OS_H
#define LK_OS_H

#include "core/topology.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A mutex with a condition: the place where one thread sleeps until another says so. */
typedef struct lk_os_monitor lk_os_monitor;

/* NULL when memory is out. */
lk_os_monitor *lk_os_monitor_create(void);
void lk_os_monitor_free(lk_os_monitor *monitor);
void lk_os_monitor_enter(lk_os_monitor *monitor);
void lk_os_monitor_leave(lk_os_monitor *monitor);

/* Between enter and leave only. wait may return without a wake: its caller checks what it waits for again. */
void lk_os_monitor_wait(lk_os_monitor *monitor);
void lk_os_monitor_wake(lk_os_monitor *monitor);

/* The lock that serializes users of the pool; ready without initialization. */
void lk_os_global_lock(void);
void lk_os_global_unlock(void);

/* Starts a thread that never returns, with all signals blocked. 0, or the system's error number. */
int lk_os_thread_start(void (*body)(void *context), void *context);

/* Lets another thread run. */
void lk_os_yield(void);

int64_t lk_os_nanoseconds(void); /* monotonic */

void lk_os_topology(lk_topology *topology);

/* The NUMA node on which the calling thread runs; 0 where the system does not say. */
int32_t lk_os_current_node(const lk_topology *topology);

/* Where a thread may run, and how it is preferred (lk_backend_config.priority). */
typedef struct lk_os_thread_place {
    lk_processors set; /* empty: as before */
    int32_t priority;
} lk_os_thread_place;

/* Of the calling thread. 0, or the system's error number. */
int lk_os_thread_find(lk_os_thread_place *place);
int lk_os_thread_move(const lk_os_thread_place *place);

/* Whether the system reports ARMv8.2's products of four bytes and ARMv8.6's matrix products of bytes. Asked
 * on 64-bit ARM only. */
bool lk_os_has_dotprod(void);
bool lk_os_has_i8mm(void);

/* Bytes of memory, of the machine or of the limit that the process runs under; 0 where it is not known. */
void lk_os_memory(int64_t *total, int64_t *free);

/* 0, or the system's error number. */
int lk_os_memory_lock(const void *address, size_t bytes);
int lk_os_memory_unlock(const void *address, size_t bytes);

int64_t lk_os_page_bytes(void); /* a power of two */

/* The size of huge pages that large memory gets where the system has them free; 0 where it gives none. */
int64_t lk_os_huge_page_bytes(void);

/* Zeroed memory on a boundary (a power of two, of pages), advised for huge pages; NULL when memory is out.
 * bytes is a multiple of the boundary. The boundary is kept where huge pages exist (Linux). */
void *lk_os_pages_create(size_t bytes, size_t boundary);
void lk_os_pages_free(void *memory, size_t bytes);

/* Whether pages of this memory that are not there yet are to be huge ones; those that are there stay. */
void lk_os_pages_advise(void *memory, size_t bytes, bool huge);

/* Takes the pages of this memory before they are touched. The processor time that it took, in nanoseconds;
 * nothing and 0 where the system has no call for it. */
int64_t lk_os_pages_populate(void *memory, size_t bytes);

/* Puts huge pages in the place of small ones, whatever time it takes; nothing where the system cannot. */
void lk_os_pages_collapse(void *memory, size_t bytes);

/* Has pages of untouched memory taken from several NUMA nodes in turn. Does nothing where the system refuses.
 */
void lk_os_pages_spread(void *memory, size_t bytes, const lk_processors *nodes);

/* Takes whole pages of a file's mapping out of this process's memory; the file's bytes come back when read.
 * Does nothing where the system refuses. */
void lk_os_memory_release(const void *address, size_t bytes);

/* One line about an error number. */
void lk_os_error_text(int error, char *text, size_t size);

/* The processor's name as the system tells it; empty where it does not. */
void lk_os_processor_name(char *text, size_t size);

#endif
