#include "core/backend.h"
#include "core/cpu_features.h"
#include "core/memory.h"
#include "core/status.h"
#include "backends/cpu/backend_cpu.h"
#include "types/product.h"

/* The backend table. */
static const struct {
    lk_backend_kind kind;
    const char *name;
    lk_status (*open)(const lk_backend_config *config, lk_backend **backend); /* NULL: not in this build */
} table[] = {
    {LK_BACKEND_CPU, "CPU", lk_cpu_backend_open},
    {LK_BACKEND_CUDA, "CUDA", NULL},
    {LK_BACKEND_METAL, "Metal", NULL},
};

lk_status lk_backend_open(lk_backend_kind kind, const lk_backend_config *config, lk_backend **backend) {
    if (backend != NULL) *backend = NULL;
    if (config == NULL || backend == NULL)
        return lk_fail(LK_STATUS_INVALID_ARGUMENT, "backend open: NULL argument");
    for (size_t i = 0; i < sizeof(table) / sizeof(*table); ++i) {
        if (table[i].kind != kind) continue;
        if (table[i].open != NULL) return table[i].open(config, backend);
        return lk_fail(LK_STATUS_NO_DEVICE, "this build has no %s backend: it was made for the CPU only",
                       table[i].name);
    }
    return lk_fail(LK_STATUS_INVALID_ARGUMENT, "backend open: kind %d", (int)kind);
}

lk_status lk_backend_wait(lk_backend *backend) {
    return backend != NULL ? LK_STATUS_OK
                           : lk_fail(LK_STATUS_INVALID_ARGUMENT, "backend wait: NULL argument");
}

static lk_status grow_scratch(lk_backend *backend, int64_t bytes) {
    void *grown[LK_THREADS_MOST];
    for (int32_t i = 0; i < backend->threads.count; ++i) {
        grown[i] = lk_memory_create(bytes);
        if (grown[i] != NULL) continue;
        while (i-- > 0) lk_memory_free(grown[i], bytes);
        return lk_fail(LK_STATUS_OUT_OF_MEMORY, "%lld bytes of working memory for each of %d threads",
                       (long long)bytes, backend->threads.count);
    }
    for (int32_t i = 0; i < backend->threads.count; ++i) {
        lk_memory_free(backend->scratch[i], backend->scratch_bytes);
        backend->scratch[i] = grown[i];
    }
    backend->scratch_bytes = bytes;
    return LK_STATUS_OK;
}

static lk_status grow_shared(lk_backend *backend, int64_t bytes) {
    void *memory = lk_memory_create(bytes);
    if (memory == NULL)
        return lk_fail(LK_STATUS_OUT_OF_MEMORY, "%lld bytes of working memory for all threads together",
                       (long long)bytes);
    lk_memory_free(backend->shared, backend->shared_bytes);
    backend->shared = memory;
    backend->shared_bytes = bytes;
    return LK_STATUS_OK;
}

lk_status lk_backend_reserve(lk_backend *backend, int64_t scratch_bytes, int64_t shared_bytes) {
    if (scratch_bytes <= backend->scratch_bytes && shared_bytes <= backend->shared_bytes) return LK_STATUS_OK;
    lk_threads_lock();
    lk_status status = LK_STATUS_OK;
    if (scratch_bytes > backend->scratch_bytes) status = grow_scratch(backend, scratch_bytes);
    if (status == LK_STATUS_OK && shared_bytes > backend->shared_bytes)
        status = grow_shared(backend, shared_bytes);
    lk_threads_unlock();
    return status;
}

lk_isa lk_backend_matmul_isa(const lk_backend *backend, const lk_type_kernels *type, int32_t activation) {
    uint32_t kernels = 0;
    for (int i = 0; i < LK_ISA_COUNT; ++i)
        kernels |= (uint32_t)lk_product_takes(type, (lk_isa)i, activation) << i;
    return lk_isa_select(backend->isas, kernels);
}

lk_isa lk_backend_op_isa(const lk_backend *backend, const lk_op_impl *impl) {
    uint32_t kernels = 0;
    for (int i = 0; i < LK_ISA_COUNT; ++i) kernels |= (uint32_t)(impl->run[i] != NULL) << i;
    return lk_isa_select(backend->isas, kernels);
}
