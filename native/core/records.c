/* What a binding compares itself with. */
#include "llamakernels.h"
#include <stddef.h>

int32_t lk_abi_version(void) {
    return 5;
}

#define AT(record, field) (int32_t) offsetof(record, field)

static const int32_t tensor_offsets[] = {
    AT(lk_tensor, dims),   AT(lk_tensor, strides), AT(lk_tensor, offset),  AT(lk_tensor, type),
    AT(lk_tensor, layout), AT(lk_tensor, buffer),  AT(lk_tensor, reserved)};
static const int32_t op_offsets[] = {AT(lk_op, opcode),  AT(lk_op, phase),       AT(lk_op, chain),
                                     AT(lk_op, live),    AT(lk_op, dst),         AT(lk_op, src),
                                     AT(lk_op, params),  AT(lk_op, name_offset), AT(lk_op, name_length),
                                     AT(lk_op, reserved)};
static const int32_t desc_offsets[] = {AT(lk_program_desc, tensors),      AT(lk_program_desc, ops),
                                       AT(lk_program_desc, buffers),      AT(lk_program_desc, names),
                                       AT(lk_program_desc, tensor_count), AT(lk_program_desc, op_count),
                                       AT(lk_program_desc, buffer_count), AT(lk_program_desc, names_length)};
static const int32_t config_offsets[] = {AT(lk_backend_config, processors),
                                         AT(lk_backend_config, thread_count),
                                         AT(lk_backend_config, device),
                                         AT(lk_backend_config, isa_mask),
                                         AT(lk_backend_config, strict),
                                         AT(lk_backend_config, priority),
                                         AT(lk_backend_config, spin_microseconds),
                                         AT(lk_backend_config, numa),
                                         AT(lk_backend_config, reserved)};
static const int32_t info_offsets[] = {AT(lk_backend_info, name),
                                       AT(lk_backend_info, isa),
                                       AT(lk_backend_info, memory_total),
                                       AT(lk_backend_info, memory_free),
                                       AT(lk_backend_info, huge_page_bytes),
                                       AT(lk_backend_info, cache_bytes),
                                       AT(lk_backend_info, kind),
                                       AT(lk_backend_info, thread_count),
                                       AT(lk_backend_info, core_count),
                                       AT(lk_backend_info, node_count)};
static const int32_t run_offsets[] = {AT(lk_run, args), AT(lk_run, cancel), AT(lk_run, arg_count),
                                      AT(lk_run, reserved)};
static const int32_t stats_offsets[] = {AT(lk_program_stats, op_count), AT(lk_program_stats, phase_count),
                                        AT(lk_program_stats, barrier_count), AT(lk_program_stats, reserved),
                                        AT(lk_program_stats, scratch_bytes)};

#define RECORD(record, offsets)                                                                              \
    { sizeof(record), sizeof(offsets) / sizeof(*offsets), offsets }

static const struct {
    int32_t size;
    int32_t field_count;
    const int32_t *offsets;
} records[] = {
    RECORD(lk_tensor, tensor_offsets),       RECORD(lk_op, op_offsets),
    RECORD(lk_program_desc, desc_offsets),   RECORD(lk_backend_config, config_offsets),
    RECORD(lk_backend_info, info_offsets),   RECORD(lk_run, run_offsets),
    RECORD(lk_program_stats, stats_offsets),
};

static int is_record(int32_t record) {
    return record >= 0 && record < (int32_t)(sizeof(records) / sizeof(*records));
}

int32_t lk_record_size(int32_t record) {
    return is_record(record) ? records[record].size : -1;
}

int32_t lk_record_offset(int32_t record, int32_t field) {
    return is_record(record) && field >= 0 && field < records[record].field_count
               ? records[record].offsets[field]
               : -1;
}
