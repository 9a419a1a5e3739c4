/* What a kernel sees: the contract between core (which schedules), types/ and ops/ (which compute). Internal
 * to the library. */
#ifndef LK_KERNEL_H
#define LK_KERNEL_H

#include "llamakernels.h"
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

/* ---- element types
 * -------------------------------------------------------------------------------------------------- */

/* n elements (whole blocks) to f32. */
typedef void (*lk_dequantize_fn)(float *dst, const void *src, int64_t n);

/* Unpacks a chunk of 16 rows by n weights (whole blocks, 256 at most, in the order of LK_LAYOUT_PANELS) to an
 * lk_panel (types/panel.h). */
typedef void (*lk_unpack_fn)(void *panel, const uint8_t *chunk, int32_t n);

/* Multiplies a chunk of floats (types/dense.h). */
struct lk_dense_product;
typedef void (*lk_dense_fn)(const struct lk_dense_product *product);

typedef struct lk_weight_layout lk_weight_layout;

typedef struct lk_type_kernels {
    int32_t type; /* lk_type */
    const char *name;
    int32_t block_length;
    int32_t block_bytes;
    const lk_weight_layout *layout;
    lk_dequantize_fn dequantize;
    lk_unpack_fn unpack[LK_ISA_COUNT];  /* NULL where an ISA has none, as REFERENCE and PLAIN */
    lk_dense_fn multiply[LK_ISA_COUNT]; /* the same of types whose blocks are single elements, which have no
                                           unpack */
} lk_type_kernels;

/* Whether products of a type can be computed on an ISA: always on REFERENCE and PLAIN. */
bool lk_type_has(const lk_type_kernels *type, lk_isa isa);

/* The unpacker for an ISA on this processor: unpack[isa], or a faster one of instructions beyond that ISA. */
lk_unpack_fn lk_type_unpack(const lk_type_kernels *type, lk_isa isa);

/* What an unpacker of an ISA makes. */
const struct lk_panel_kind *lk_type_panel(const lk_type_kernels *type, lk_isa isa);

/* NULL for a number that is no weight type. */
const lk_type_kernels *lk_type_find(int32_t type);

/* The activation type of a weight type: F32 for f32, f16 and bf16, A8 for quantized ones (every ISA,
 * REFERENCE included). */
int32_t lk_type_activation(int32_t type);

/* Whether MAT_MUL takes weights of a type with activations of another: the above, A8X2 wherever that is A8,
 * and BF16 with BF16. */
bool lk_type_multiplies(int32_t type, int32_t activation);

/* Bytes of a row of n elements of any lk_type (I32 and A8 included); -1 when n is no whole number of blocks
 * (A8 rounds up). */
int64_t lk_row_bytes(int32_t type, int64_t n);

/* A block of LK_TYPE_A8. */
typedef struct lk_block_a8 {
    float d[8];
    int16_t sum[16];
    int8_t q[256];
} lk_block_a8;
_Static_assert(sizeof(lk_block_a8) == LK_BLOCK_BYTES_A8, "A8 block");

/* ---- ops
 * ------------------------------------------------------------------------------------------------------------
 */

typedef struct lk_view {
    uint8_t *data; /* NULL for an absent source */
    int64_t dims[4];
    int64_t strides[4];
    int32_t type;
    int32_t layout;
} lk_view;

/* An op, resolved: what its kernels read. Made once at create; only rows and the args change from run to run.
 */
typedef struct lk_op_state {
    lk_view dst;
    lk_view src[LK_OP_SOURCES];
    int32_t params[LK_OP_PARAMS];
    int64_t rows;               /* live rows of this run */
    int64_t planes;             /* of a by_plane op, 1 for the others */
    int64_t first_element;      /* of dst, where a slice of QUANTIZE begins; dims[0] of src[0] are its elements */
    lk_isa isa;                 /* of a product: that of weights' kernel, which exists; else the highest that may be used */
    const lk_type_kernels *weights; /* kernels of src[0]'s type, or NULL */
    void *shared; /* memory of this run that all threads see, 64-byte aligned, of lk_op_impl.shared's bytes */
    _Atomic int32_t
        *fault; /* a kernel stores 1 here when an input value (an id, a slot) lies outside its range */
} lk_op_state;

enum { LK_SHARED_ZEROED = 256 };

/* Computes units [begin, end). A by_row op's unit is a row. scratch: this thread's working memory, 64-byte
 * aligned, at least as large as the op's scratch function asked for. */
typedef void (*lk_op_run_fn)(const lk_op_state *op, int64_t begin, int64_t end, void *scratch);

typedef struct lk_op_impl {
    int32_t opcode;
    const char *name; /* "MAT_MUL" */
    int32_t least_sources, most_sources;
    bool by_row;
    bool by_plane;   /* several planes of dst are computed one by one; validate, units and run see one */
    int32_t updates; /* the source that it also writes, or -1 */
    /* NULL when the op is well formed, else what is wrong with it ("x has 64 columns, weights have 32"); may
     * use text[size]. */
    const char *(*validate)(const lk_op_state *op, char *text, size_t size);
    /* Number of units of a run (by_row ops: NULL, rows). Depends on the shapes and live rows only. */
    int64_t (*units)(const lk_op_state *op);
    /* Bytes of scratch a thread needs (NULL: none). */
    int64_t (*scratch)(const lk_op_state *op);
    /* Bytes of op->shared (NULL: none); the first LK_SHARED_ZEROED of them are zero when a run begins. */
    int64_t (*shared)(const lk_op_state *op);
    lk_op_run_fn
        run[LK_ISA_COUNT]; /* the highest allowed ISA that is not NULL is used; REFERENCE always exists */
} lk_op_impl;

const lk_op_impl *lk_op_find(int32_t opcode);

static inline float lk_param_float(const lk_op_state *op, int index) {
    union {
        int32_t i;
        float f;
    } bits = {op->params[index]};
    return bits.f;
}

static inline uint8_t *lk_row(const lk_view *view, int64_t row) {
    return view->data + row * view->strides[1];
}

#endif
