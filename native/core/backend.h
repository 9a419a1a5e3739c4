/* An open CPU backend: which kernels it may use, how many threads, and their working memory. */
#ifndef LK_BACKEND_H
#define LK_BACKEND_H

#include "core/kernel.h"
#include "core/threads.h"
#include <stdatomic.h>

struct lk_backend {
    uint32_t isas; /* bit i: lk_isa i may be used */
    lk_thread_plan threads;
    int64_t scratch_bytes; /* of each thread: the largest that any program of this backend asked for */
    void *scratch[LK_THREADS_MOST];
    int64_t shared_bytes; /* likewise, of memory that all threads see */
    void *shared;
    atomic_bool small_pages; /* huge ones came slowly when lk_buffer_populate last took some */
};

/* Sees to it that each thread has so much working memory, and all together so much. Waits for a running
 * submit. */
lk_status lk_backend_reserve(lk_backend *backend, int64_t scratch_bytes, int64_t shared_bytes);

/* LK_ISA_COUNT where this backend may run none of the kernels. activation: what they read beside the weights.
 */
lk_isa lk_backend_matmul_isa(const lk_backend *backend, const lk_type_kernels *type, int32_t activation);
lk_isa lk_backend_op_isa(const lk_backend *backend, const lk_op_impl *impl);

#endif
