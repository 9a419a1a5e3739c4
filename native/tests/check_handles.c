/* Backends, buffers, runs and records: what they refuse, and what they say. */
#include "core/cpu_features.h"
#include "core/memory.h"
#include "core/os.h"
#include "tests/check.h"
#include "tests/listing.h"
#include <stdlib.h>
#include <string.h>

static void check_refused(lk_status status, lk_status expected, const char *part) {
    check_that(status == expected && strstr(lk_last_error(), part) != NULL,
               "status %d, not %d: \"%s\" does not say \"%s\"", status, expected, lk_last_error(), part);
}

static void check_backends(void) {
    lk_backend *backend = NULL;
    lk_backend_config config = {.isa_mask = check.isas};
    check_refused(lk_backend_open(LK_BACKEND_CUDA, &config, &backend), LK_STATUS_NO_DEVICE,
                  "no CUDA backend");
    check_refused(lk_backend_open(LK_BACKEND_METAL, &config, &backend), LK_STATUS_NO_DEVICE,
                  "no Metal backend");
    check_refused(lk_backend_open((lk_backend_kind)9, &config, &backend), LK_STATUS_INVALID_ARGUMENT,
                  "kind 9");
    check_refused(lk_backend_open(LK_BACKEND_CPU, NULL, &backend), LK_STATUS_INVALID_ARGUMENT, "NULL");
    check_refused(lk_backend_open(LK_BACKEND_CPU, &config, NULL), LK_STATUS_INVALID_ARGUMENT, "NULL");
    config.thread_count = -1;
    check_refused(lk_backend_open(LK_BACKEND_CPU, &config, &backend), LK_STATUS_INVALID_ARGUMENT,
                  "-1 threads");
    config.thread_count = 100000;
    check_refused(lk_backend_open(LK_BACKEND_CPU, &config, &backend), LK_STATUS_INVALID_ARGUMENT,
                  "100000 threads");
    config = (lk_backend_config){.device = 1};
    check_refused(lk_backend_open(LK_BACKEND_CPU, &config, &backend), LK_STATUS_NO_DEVICE, "device 1");
    config = (lk_backend_config){.isa_mask = 1u << LK_ISA_COUNT};
    check_refused(lk_backend_open(LK_BACKEND_CPU, &config, &backend), LK_STATUS_INVALID_ARGUMENT, "isa_mask");
    check_that(backend == NULL, "a refused backend is not NULL");
}

static void open_under(const char *mask, uint32_t isa_mask, lk_status expected, const char *part) {
    static char variable[64]; /* putenv keeps the pointer */
    strcpy(variable, "LK_CPU_MASK=");
    strncat(variable, mask, sizeof(variable) - strlen(variable) - 1);
    putenv(variable);
    const lk_backend_config config = {.thread_count = 1, .isa_mask = isa_mask};
    lk_backend *backend;
    const lk_status status = lk_backend_open(LK_BACKEND_CPU, &config, &backend);
    lk_backend_info info = {0};
    if (status == LK_STATUS_OK) lk_backend_describe(backend, &info);
    const char *said = status == LK_STATUS_OK ? (const char *)info.isa : lk_last_error();
    check_that(status == expected && strstr(said, part) != NULL,
               "LK_CPU_MASK=%s, isa_mask %u: status %d, \"%s\"", mask, isa_mask, status, said);
    lk_backend_free(backend);
    strcpy(variable, "LK_CPU_MASK=");
}

static void check_masks(void) {
    open_under("1", 0, LK_STATUS_OK, "reference");
    open_under("2", 0, LK_STATUS_OK, "plain");
    open_under("0x3", 0, LK_STATUS_OK, "plain");
    open_under("", 1u << LK_ISA_REFERENCE, LK_STATUS_OK, "reference");
    open_under("", 1u << LK_ISA_REFERENCE | 1u << LK_ISA_PLAIN, LK_STATUS_OK, "plain");
    open_under("2", 1, LK_STATUS_UNSUPPORTED, "leave none");
    open_under("0", 0, LK_STATUS_INVALID_ARGUMENT, "LK_CPU_MASK=0");
    open_under("avx2", 0, LK_STATUS_INVALID_ARGUMENT, "LK_CPU_MASK=avx2");
    open_under("32", 0, LK_STATUS_INVALID_ARGUMENT, "from 1 to 31");
}

static void check_selection(void) {
    const uint32_t reference = 1u << LK_ISA_REFERENCE, plain = 1u << LK_ISA_PLAIN, avx2 = 1u << LK_ISA_AVX2;
    const uint32_t avx512 = 1u << LK_ISA_AVX512;
    check_that(lk_isa_select(plain | avx2, reference | plain | avx2) == LK_ISA_AVX2, "avx2 is not chosen");
    check_that(lk_isa_select(plain | avx2 | avx512, reference | plain | avx2) == LK_ISA_AVX2,
               "no next lower ISA");
    check_that(lk_isa_select(plain | avx2, reference | plain) == LK_ISA_PLAIN, "plain is not chosen");
    check_that(lk_isa_select(reference | plain, reference | plain) == LK_ISA_PLAIN,
               "the reference goes before plain");
    check_that(lk_isa_select(avx2, reference | plain) == LK_ISA_COUNT, "the reference runs unasked");
    check_that(lk_isa_select(reference | avx2, reference | plain) == LK_ISA_COUNT,
               "the reference runs beside others");
    check_that(lk_isa_select(reference, reference | plain) == LK_ISA_REFERENCE,
               "the reference does not run when asked for");
    check_that(lk_isa_select(plain | avx2, reference) == LK_ISA_REFERENCE,
               "an op of one kernel does not run");
}

static void check_description(lk_backend *backend) {
    lk_backend_info info;
    check_that(lk_backend_describe(backend, &info) == LK_STATUS_OK && info.kind == LK_BACKEND_CPU,
               "describe");
    check_that(info.name[0] != 0 && info.thread_count == 3, "describe: name \"%s\", %d threads", info.name,
               info.thread_count);
    check_that(info.memory_free >= 0 && info.memory_free <= info.memory_total, "describe: memory");
    check_refused(lk_backend_describe(backend, NULL), LK_STATUS_INVALID_ARGUMENT, "NULL");
    check_refused(lk_backend_wait(NULL), LK_STATUS_INVALID_ARGUMENT, "NULL");
    int32_t activation = 0;
    check_that(lk_matmul_activation(backend, LK_TYPE_Q8_0, 0, &activation) == LK_STATUS_OK &&
                   activation == LK_TYPE_A8,
               "Q8_0 reads type %d", activation);
    check_that(lk_matmul_activation(backend, LK_TYPE_F16, 0, &activation) == LK_STATUS_OK &&
                   activation == LK_TYPE_F32,
               "F16 reads type %d", activation);
    check_refused(lk_matmul_activation(backend, LK_TYPE_Q8_0, 2, &activation), LK_STATUS_UNSUPPORTED,
                  "layout 2");
    check_refused(lk_matmul_activation(backend, LK_TYPE_A8, 0, &activation), LK_STATUS_INVALID_ARGUMENT,
                  "no weight type");
    check_that(lk_matmul_kernel(backend, LK_TYPE_I32) == NULL && lk_matmul_kernel(NULL, LK_TYPE_F32) == NULL,
               "a kernel for i32");
    const char *kernel = lk_matmul_kernel(backend, LK_TYPE_F32);
    check_that(kernel != NULL && strcmp(kernel, "none") != 0, "no kernel for F32");
}

/* Taking memory first, or in other pages, changes no byte, and no neighbour's. */
static void check_pages(lk_backend *backend, lk_buffer *wrapped) {
    enum { BYTES = 5 * LK_MEMORY_LARGE + 100 };
    lk_buffer *buffer = NULL;
    check_that(lk_buffer_create(backend, BYTES, &buffer) == LK_STATUS_OK, "create");
    uint8_t *memory = lk_buffer_address(buffer);
    memory[LK_MEMORY_LARGE] = 7;
    check_that(lk_buffer_populate(buffer, 1, LK_MEMORY_LARGE) == LK_STATUS_OK &&
                   lk_buffer_populate(buffer, LK_MEMORY_LARGE + 1, BYTES - LK_MEMORY_LARGE - 1) ==
                       LK_STATUS_OK &&
                   lk_buffer_populate(buffer, BYTES, 0) == LK_STATUS_OK,
               "populate");
    memory[BYTES - 1] = 9;
    check_that(lk_buffer_collapse(buffer, 0, BYTES) == LK_STATUS_OK, "collapse");
    check_that(memory[0] == 0 && memory[LK_MEMORY_LARGE] == 7 && memory[BYTES - 1] == 9, "bytes changed");
    check_refused(lk_buffer_populate(buffer, 1, BYTES), LK_STATUS_INVALID_ARGUMENT, "buffer populate");
    check_refused(lk_buffer_collapse(buffer, -1, 1), LK_STATUS_INVALID_ARGUMENT, "at -1");
    check_refused(lk_buffer_populate(NULL, 0, 0), LK_STATUS_INVALID_ARGUMENT, "NULL");
    check_refused(lk_buffer_populate(wrapped, 0, 1), LK_STATUS_INVALID_ARGUMENT, "the caller's");
    check_refused(lk_buffer_collapse(wrapped, 0, 1), LK_STATUS_INVALID_ARGUMENT, "the caller's");
    lk_buffer_free(buffer);
}

static void check_large_buffer(lk_backend *backend) {
    const int64_t bytes = 3 * LK_MEMORY_LARGE + 5;
    lk_buffer *buffer;
    if (!check_that(lk_buffer_create(backend, bytes, &buffer) == LK_STATUS_OK, "%s", lk_last_error())) return;
    uint8_t *memory = lk_buffer_address(buffer);
    int64_t filled = 0;
    for (int64_t i = 0; i < bytes; ++i) filled += memory[i] != 0;
    check_that(filled == 0, "%lld bytes of a large buffer are not zero", (long long)filled);
    if (lk_os_huge_page_bytes() > 0)
        check_that((uintptr_t)memory % LK_MEMORY_LARGE == 0, "a large buffer lies at %p", (void *)memory);
    memset(memory, 1, (size_t)bytes);
    lk_buffer_free(buffer);
}

/* At any address, of any length. */
static void check_read_rate(lk_backend *backend) {
    static uint8_t memory[3 * (64 << 10) + 77];
    int64_t lengths[] = {256, 4096, sizeof(memory) - 1};
    lk_buffer *buffer = NULL;
    for (size_t i = 0; i < sizeof(lengths) / sizeof(*lengths); ++i) {
        int64_t rate = 0;
        check_that(lk_buffer_wrap(backend, memory + 1, lengths[i], &buffer) == LK_STATUS_OK &&
                       lk_buffer_read_rate(buffer, &rate) == LK_STATUS_OK && rate > 100000,
                   "%lld bytes are read at %lld a second", (long long)lengths[i], (long long)rate);
        check_refused(lk_buffer_read_rate(buffer, NULL), LK_STATUS_INVALID_ARGUMENT, "NULL");
        lk_buffer_free(buffer);
    }
    int64_t rate = 0;
    check_refused(lk_buffer_read_rate(NULL, &rate), LK_STATUS_INVALID_ARGUMENT, "NULL");
    check_that(lk_buffer_wrap(backend, memory, 255, &buffer) == LK_STATUS_OK, "wrap");
    check_refused(lk_buffer_read_rate(buffer, &rate), LK_STATUS_INVALID_ARGUMENT, "255 bytes are too few");
    lk_buffer_free(buffer);
}

static void check_buffers(lk_backend *backend) {
    lk_buffer *buffer = NULL, *wrapped = NULL;
    char bytes[16] = "fifteen letters", back[16] = "";
    check_refused(lk_buffer_create(backend, 0, &buffer), LK_STATUS_INVALID_ARGUMENT, "0 bytes");
    check_refused(lk_buffer_create(backend, -8, &buffer), LK_STATUS_INVALID_ARGUMENT, "-8 bytes");
    check_refused(lk_buffer_create(backend, INT64_MAX, &buffer), LK_STATUS_OUT_OF_MEMORY,
                  "9223372036854775807 bytes");
    check_refused(lk_buffer_create(NULL, 8, &buffer), LK_STATUS_INVALID_ARGUMENT, "NULL");
    check_refused(lk_buffer_wrap(backend, NULL, 8, &buffer), LK_STATUS_INVALID_ARGUMENT, "NULL");
    check_refused(lk_buffer_wrap(backend, bytes, INT64_MIN, &buffer), LK_STATUS_INVALID_ARGUMENT, "bytes");
    check_that(buffer == NULL, "a refused buffer is not NULL");
    check_that(lk_buffer_create(backend, 100, &buffer) == LK_STATUS_OK, "create");
    const uint8_t *memory = lk_buffer_address(buffer);
    check_that((uintptr_t)memory % 64 == 0 && memory[0] == 0 && memory[99] == 0, "not aligned, or not zero");
    check_large_buffer(backend);
    check_read_rate(backend);
    check_that(lk_buffer_write(buffer, 84, bytes, 16) == LK_STATUS_OK &&
                   lk_buffer_read(buffer, 84, back, 16) == LK_STATUS_OK && memcmp(bytes, back, 16) == 0,
               "write and read");
    check_refused(lk_buffer_write(buffer, 85, bytes, 16), LK_STATUS_INVALID_ARGUMENT,
                  "16 bytes at 85, the buffer has 100");
    check_refused(lk_buffer_write(buffer, -1, bytes, 1), LK_STATUS_INVALID_ARGUMENT, "at -1");
    check_refused(lk_buffer_read(buffer, 101, back, 0), LK_STATUS_INVALID_ARGUMENT, "at 101");
    check_refused(lk_buffer_read(buffer, INT64_MAX, back, INT64_MAX), LK_STATUS_INVALID_ARGUMENT,
                  "the buffer has 100");
    check_refused(lk_buffer_read(buffer, 0, back, -1), LK_STATUS_INVALID_ARGUMENT, "-1 bytes");
    check_refused(lk_buffer_read(buffer, 0, NULL, 1), LK_STATUS_INVALID_ARGUMENT, "NULL");
    check_that(lk_buffer_wrap(backend, bytes, 16, &wrapped) == LK_STATUS_OK &&
                   lk_buffer_address(wrapped) == bytes,
               "wrap");
    check_pages(backend, wrapped);
    check_refused(lk_buffer_write(wrapped, 0, back, 1), LK_STATUS_INVALID_ARGUMENT, "read only");
    check_that(lk_buffer_release(wrapped, 0, 16) == LK_STATUS_OK, "a range without a whole page");
    check_refused(lk_buffer_release(wrapped, 10, 7), LK_STATUS_INVALID_ARGUMENT,
                  "7 bytes at 10, the buffer has 16");
    check_refused(lk_buffer_release(wrapped, -1, 1), LK_STATUS_INVALID_ARGUMENT, "at -1");
    check_refused(lk_buffer_release(buffer, 0, 100), LK_STATUS_INVALID_ARGUMENT, "only a wrapped buffer");
    check_refused(lk_buffer_release(NULL, 0, 0), LK_STATUS_INVALID_ARGUMENT, "NULL");
    const lk_status locked = lk_buffer_lock(buffer);
    check_that(locked == LK_STATUS_OK || (locked == LK_STATUS_SYSTEM && strstr(lk_last_error(), "100 bytes")),
               "lock");
    check_refused(lk_buffer_lock(NULL), LK_STATUS_INVALID_ARGUMENT, "NULL");
    check_that(lk_buffer_address(NULL) == NULL, "address of NULL");
    lk_buffer_free(buffer);
    lk_buffer_free(wrapped);
    lk_buffer_free(NULL);
}

static void check_dequantize(void) {
    static const uint16_t one[2] = {0x3c00, 0xc000};
    float values[2] = {0, 0};
    check_that(lk_dequantize(LK_TYPE_F16, one, values, 2) == LK_STATUS_OK && values[0] == 1 &&
                   values[1] == -2,
               "f16 1 and -2");
    check_that(lk_dequantize(LK_TYPE_F16, NULL, NULL, 0) == LK_STATUS_OK, "nothing");
    check_refused(lk_dequantize(LK_TYPE_Q8_0, one, values, 31), LK_STATUS_INVALID_ARGUMENT,
                  "no whole blocks");
    check_refused(lk_dequantize(LK_TYPE_I32, one, values, 1), LK_STATUS_INVALID_ARGUMENT, "no weight type");
    check_refused(lk_dequantize(LK_TYPE_F16, one, values, -2), LK_STATUS_INVALID_ARGUMENT, "-2 elements");
    check_refused(lk_dequantize(LK_TYPE_F16, NULL, values, 2), LK_STATUS_INVALID_ARGUMENT, "NULL");
    check_refused(lk_dequantize(LK_TYPE_F16, (const char *)one + 1, values, 1), LK_STATUS_INVALID_ARGUMENT,
                  "aligned");
}

static void check_supported(lk_backend *backend) {
    random_state random = check_random("supported");
    listing list = listing_create();
    const int32_t weights = listing_random(&list, LK_TYPE_Q8_0, 64, 6, 0, &random);
    const int32_t x = listing_tensor(&list, LK_TYPE_A8, 64, 4, 1, 1, 0),
                  f = listing_tensor(&list, LK_TYPE_F32, 64, 4, 1, 1, 0);
    lk_op *op = listing_op(&list, LK_OPCODE_MAT_MUL, "blk.7.attn_q",
                           listing_tensor(&list, LK_TYPE_F32, 6, 4, 1, 1, 0));
    op->src[0] = weights;
    op->src[1] = x;
    check_that(lk_op_supported(backend, op, list.tensors, list.tensor_count) == LK_STATUS_OK, "%s",
               lk_last_error());
    op->src[1] = f;
    check_refused(lk_op_supported(backend, op, list.tensors, list.tensor_count), LK_STATUS_UNSUPPORTED,
                  "MAT_MUL Q8_0 x F32: no kernel");
    op->src[1] = 50;
    check_refused(lk_op_supported(backend, op, list.tensors, list.tensor_count), LK_STATUS_INVALID_ARGUMENT,
                  "tensor 50");
    op->opcode = LK_OPCODE_SEND;
    check_refused(lk_op_supported(backend, op, list.tensors, list.tensor_count), LK_STATUS_UNSUPPORTED,
                  "no kernel");
    check_refused(lk_op_supported(backend, NULL, list.tensors, 1), LK_STATUS_INVALID_ARGUMENT, "NULL");
    listing_free(&list);
}

static void check_records(void) {
    static const int32_t sizes[] = {
        sizeof(lk_tensor),       sizeof(lk_op),  sizeof(lk_program_desc), sizeof(lk_backend_config),
        sizeof(lk_backend_info), sizeof(lk_run), sizeof(lk_program_stats)};
    static const int32_t fields[] = {7, 10, 8, 9, 10, 4, 5};
    for (int32_t r = 0; r < 7; ++r) {
        check_that(lk_record_size(r) == sizes[r], "record %d has %d bytes", r, lk_record_size(r));
        int32_t before = -1;
        for (int32_t f = 0; f < fields[r]; ++f) {
            check_that(lk_record_offset(r, f) > before && lk_record_offset(r, f) < sizes[r],
                       "record %d, field %d", r, f);
            before = lk_record_offset(r, f);
        }
        check_that(lk_record_offset(r, fields[r]) == -1 && lk_record_offset(r, -1) == -1,
                   "record %d: more fields", r);
    }
    check_that(lk_record_size(7) == -1 && lk_record_size(-1) == -1 && lk_record_offset(7, 0) == -1,
               "more records");
    check_that(lk_record_offset(1, 9) == (int32_t)offsetof(lk_op, reserved), "the last field of lk_op");
    check_that(lk_cpu_core_count() >= 1, "no core");
}

void check_handles(void) {
    const lk_backend_config config = {.thread_count = 3, .isa_mask = check.isas};
    lk_backend *backend;
    if (!check_that(lk_backend_open(LK_BACKEND_CPU, &config, &backend) == LK_STATUS_OK, "%s",
                    lk_last_error()))
        return;
    check_backends();
    check_masks();
    check_selection();
    check_description(backend);
    check_buffers(backend);
    check_dequantize();
    check_supported(backend);
    check_records();
    lk_backend_free(backend);
    lk_backend_free(NULL);
}
