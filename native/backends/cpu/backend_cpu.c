#include "backends/cpu/backend_cpu.h"
#include "core/cpu_features.h"
#include "core/memory.h"
#include "core/os.h"
#include "core/program.h"
#include "core/status.h"
#include "types/decode.h"
#include "types/layout.h"
#include "types/product.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static lk_status check_config(const lk_backend_config *config) {
    if (config->device != 0)
        return lk_fail(LK_STATUS_NO_DEVICE, "cpu: device %d, there is only device 0", config->device);
    if (config->isa_mask >= 1u << LK_ISA_COUNT)
        return lk_fail(LK_STATUS_INVALID_ARGUMENT, "cpu: isa_mask 0x%x has bits of no ISA", config->isa_mask);
    if (config->reserved != 0)
        return lk_fail(LK_STATUS_INVALID_ARGUMENT, "cpu: reserved is %d, not 0", config->reserved);
    return LK_STATUS_OK;
}

/* What the system says to a plan, tried on the calling thread. */
static int try_plan(const lk_thread_plan *plan) {
    lk_os_thread_place home;
    int error = lk_os_thread_find(&home);
    if (error != 0) return error;
    for (int32_t i = plan->count - 1; i >= 0 && error == 0; --i) {
        const lk_os_thread_place place = {plan->sets[i], plan->priority};
        error = lk_os_thread_move(&place);
    }
    (void)lk_os_thread_move(&home);
    return error;
}

/* Processors that are only preferred are let go where the system cannot bind. */
static lk_status settle_plan(lk_thread_plan *plan) {
    if (plan->id == 0) return LK_STATUS_OK;
    plan->id = lk_threads_new_plan();
    int error = try_plan(plan);
    if (error != 0 && !plan->binds) {
        memset(plan->sets, 0, sizeof(plan->sets));
        error = plan->priority != 0 ? try_plan(plan) : 0;
    }
    if (error == 0) return LK_STATUS_OK;
    char reason[128];
    lk_os_error_text(error, reason, sizeof(reason));
    return lk_fail(LK_STATUS_SYSTEM, "cpu: threads cannot have these processors and this priority (%d): %s",
                   plan->priority, reason);
}

static lk_status plan_threads(const lk_backend_config *config, lk_backend *backend) {
    lk_topology topology;
    lk_os_topology(&topology);
    const lk_status status =
        lk_thread_plan_make(&topology, config, lk_os_current_node(&topology), &backend->threads);
    return status != LK_STATUS_OK ? status : settle_plan(&backend->threads);
}

lk_status lk_cpu_backend_open(const lk_backend_config *config, lk_backend **backend) {
    lk_status status = check_config(config);
    if (status != LK_STATUS_OK) return status;
    uint32_t isas;
    status = lk_cpu_allowed_isas(config->isa_mask, &isas);
    if (status != LK_STATUS_OK) return status;
    lk_backend *made = calloc(1, sizeof(*made));
    if (made == NULL) return lk_fail(LK_STATUS_OUT_OF_MEMORY, "%d bytes for a backend", (int)sizeof(*made));
    made->isas = isas;
    status = plan_threads(config, made);
    if (status == LK_STATUS_OK)
        *backend = made;
    else
        free(made);
    return status;
}

void lk_backend_free(lk_backend *backend) {
    if (backend == NULL) return;
    for (int32_t i = 0; i < backend->threads.count; ++i)
        lk_memory_free(backend->scratch[i], backend->scratch_bytes);
    lk_memory_free(backend->shared, backend->shared_bytes);
    free(backend);
}

static const int32_t weight_types[] = {
#define LK_TYPE(NAME, value, lower, length, bytes, avx2, avx512, neon) value,
#include "lk_types.inc"
#undef LK_TYPE
};

/* The highest ISA in which some weight type has a matmul: an allowed ISA without kernels is not what runs. */
static lk_isa highest_used(const lk_backend *backend) {
    lk_isa highest = LK_ISA_REFERENCE;
    for (size_t i = 0; i < sizeof(weight_types) / sizeof(*weight_types); ++i) {
        const lk_type_kernels *type = lk_type_find(weight_types[i]);
        const lk_isa isa = type == NULL
                               ? LK_ISA_COUNT
                               : lk_backend_matmul_isa(backend, type, lk_type_activation(type->type));
        if (isa != LK_ISA_COUNT && isa > highest) highest = isa;
    }
    return highest;
}

lk_status lk_backend_describe(lk_backend *backend, lk_backend_info *info) {
    if (backend == NULL || info == NULL)
        return lk_fail(LK_STATUS_INVALID_ARGUMENT, "backend describe: NULL argument");
    lk_topology topology;
    lk_os_topology(&topology);
    const lk_processors nodes = lk_topology_nodes(&topology, &topology.allowed);
    *info = (lk_backend_info){.kind = LK_BACKEND_CPU,
                              .thread_count = backend->threads.count,
                              .core_count = lk_topology_cores(&topology, &topology.allowed),
                              .node_count = lk_processors_count(&nodes),
                              .huge_page_bytes = lk_os_huge_page_bytes(),
                              .cache_bytes = topology.cache_bytes};
    lk_cpu_name((char *)info->name, sizeof(info->name));
    snprintf((char *)info->isa, sizeof(info->isa), "%s", lk_isa_name(highest_used(backend)));
    lk_os_memory(&info->memory_total, &info->memory_free);
    return LK_STATUS_OK;
}

lk_status lk_matmul_activation(lk_backend *backend, int32_t type, int32_t layout, int32_t *activation) {
    if (backend == NULL || activation == NULL)
        return lk_fail(LK_STATUS_INVALID_ARGUMENT, "matmul activation: NULL argument");
    const lk_type_kernels *kernels = lk_type_find(type);
    if (kernels == NULL)
        return lk_fail(LK_STATUS_INVALID_ARGUMENT, "matmul activation: type %d is no weight type", type);
    const bool known = layout == LK_LAYOUT_PLAIN || layout == LK_LAYOUT_PANELS;
    const lk_isa isa = lk_backend_matmul_isa(backend, kernels, lk_type_activation(type));
    if (!known || isa == LK_ISA_COUNT || !lk_product_reads(kernels, isa, layout))
        return lk_fail(LK_STATUS_UNSUPPORTED, "matmul of %s in layout %d: no kernel on cpu", kernels->name,
                       layout);
    *activation = lk_product_activation(kernels, isa);
    return LK_STATUS_OK;
}

lk_status lk_repack(int32_t type, int32_t layout, const void *source, void *destination, int64_t rows,
                    int64_t k) {
    const lk_type_kernels *kernels = lk_type_find(type);
    if (kernels == NULL)
        return lk_fail(LK_STATUS_INVALID_ARGUMENT, "repack: type %d is no weight type", type);
    if (layout != LK_LAYOUT_PLAIN && layout != LK_LAYOUT_PANELS)
        return lk_fail(LK_STATUS_UNSUPPORTED, "repack: no layout %d on cpu", layout);
    const int64_t row_bytes = lk_row_bytes(type, k);
    if (rows < 0 || row_bytes < 0 || k > INT32_MAX)
        return lk_fail(LK_STATUS_INVALID_ARGUMENT, "repack: %lld rows of %lld elements of %s",
                       (long long)rows, (long long)k, kernels->name);
    if (rows == 0 || row_bytes == 0) return LK_STATUS_OK;
    if (source == NULL || destination == NULL)
        return lk_fail(LK_STATUS_INVALID_ARGUMENT, "repack: NULL argument");
    if (layout == LK_LAYOUT_PLAIN)
        memcpy(destination, source, (size_t)(rows * row_bytes));
    else
        lk_panels_from_rows(kernels, destination, source, rows, k);
    return LK_STATUS_OK;
}

const char *lk_matmul_kernel(lk_backend *backend, int32_t type) {
    const lk_type_kernels *kernels = lk_type_find(type);
    if (backend == NULL || kernels == NULL) return NULL;
    const lk_isa isa = lk_backend_matmul_isa(backend, kernels, lk_type_activation(type));
    return isa != LK_ISA_COUNT ? lk_isa_name(isa) : NULL;
}

lk_status lk_op_supported(lk_backend *backend, const lk_op *op, const lk_tensor *tensors,
                          int32_t tensor_count) {
    if (backend == NULL || op == NULL || tensors == NULL || tensor_count < 1)
        return lk_fail(LK_STATUS_INVALID_ARGUMENT, "op supported: NULL argument or no tensors");
    lk_op unnamed = *op;
    unnamed.name_offset = unnamed.name_length = 0;
    const lk_program_desc desc = {
        .ops = &unnamed, .op_count = 1, .tensors = tensors, .tensor_count = tensor_count};
    lk_program_op resolved;
    return lk_op_resolve(backend, &desc, 0, &resolved);
}

lk_status lk_dequantize(int32_t type, const void *source, float *destination, int64_t n) {
    const lk_type_kernels *kernels = lk_type_find(type);
    if (kernels == NULL)
        return lk_fail(LK_STATUS_INVALID_ARGUMENT, "dequantize: type %d is no weight type", type);
    if (n < 0 || n % kernels->block_length != 0)
        return lk_fail(LK_STATUS_INVALID_ARGUMENT, "dequantize: %lld elements are no whole blocks of %s",
                       (long long)n, kernels->name);
    if (n == 0) return LK_STATUS_OK;
    if (source == NULL || destination == NULL)
        return lk_fail(LK_STATUS_INVALID_ARGUMENT, "dequantize: NULL argument");
    if ((uintptr_t)source % (uintptr_t)lk_type_alignment(type) != 0 ||
        (uintptr_t)destination % sizeof(float) != 0)
        return lk_fail(LK_STATUS_INVALID_ARGUMENT, "dequantize: %s is not aligned", kernels->name);
    uint32_t allowed;
    const lk_status status = lk_cpu_allowed_isas(0, &allowed);
    if (status != LK_STATUS_OK) return status;
    lk_type_decoder(kernels, allowed)(destination, source, n);
    return LK_STATUS_OK;
}
