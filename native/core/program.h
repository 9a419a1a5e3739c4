/* A compiled program, and the steps of compiling it. */
#ifndef LK_PROGRAM_H
#define LK_PROGRAM_H

#include "core/backend.h"

typedef struct lk_program_op {
    lk_op_state state;
    const lk_op_impl *impl;
    lk_op_run_fn run;
    int64_t most_rows; /* of the record */
    int64_t shared_at; /* where its part of the shared memory begins; -1 without one */
    int32_t live;      /* lk_argument */
    const char *label; /* how errors call it; in the program's labels */
} lk_program_op;

/* An op, or several that run row by row, or slice by slice, in the same thread. */
typedef struct lk_chain {
    int32_t first_op, op_count;
    int64_t slice;        /* elements, of a chain of slices; else 0 */
    int64_t units;        /* of this run: rows or slices, or what a single op is cut into */
    int64_t chunk_units;  /* handed out at a time */
    uint32_t first_chunk; /* of its phase's chunks */
} lk_chain;

typedef struct lk_phase {
    int32_t first_chain, chain_count;
    int32_t next_product; /* the next phase that begins with a product, after the last one the first; itself
                             where there is no other */
    uint32_t chunks;      /* of this run */
} lk_phase;

struct lk_program {
    lk_backend *backend;
    lk_program_op *ops;
    lk_chain *chains;
    lk_phase *phases;
    _Atomic int32_t *faults;      /* an op each */
    _Atomic int64_t *nanoseconds; /* an op each, NULL until profiling is first asked for */
    char *labels;                 /* of the ops, each NUL-terminated */
    int32_t op_count, chain_count, phase_count;
    int32_t barrier_count; /* of the last run */
    int64_t scratch_bytes; /* that its ops need of a thread */
    int64_t shared_bytes;  /* that the ops of a phase need together, at most */
    bool profiling;
    int64_t most_live[LK_ARGUMENT_COUNT]; /* the least rows of the ops that the argument limits; INT64_MAX
                                             where none */
    int32_t limiting_op[LK_ARGUMENT_COUNT];
    const lk_phase *running;
};

/* Whether the op's arithmetic is that of src[0]'s type with src[1]'s. */
static inline bool lk_op_multiplies(int32_t opcode) {
    return opcode == LK_OPCODE_MAT_MUL || opcode == LK_OPCODE_MAT_MUL_ID;
}

/* Whether src[0] may be in panels. */
static inline bool lk_op_reads_panels(int32_t opcode) {
    return opcode == LK_OPCODE_GET_ROWS || lk_op_multiplies(opcode);
}

/* How errors call an op: "blk.7.attn_q: MAT_MUL q4_K x a8", "op 12: ADD" where it has no name. */
typedef struct lk_op_label {
    char text[160];
} lk_op_label;
lk_op_label lk_label_op(const lk_program_desc *desc, int32_t op);
bool lk_op_name_is_inside(const lk_program_desc *desc, const lk_op *op);

/* "q4_K", "f32", "a8", "unknown type". */
const char *lk_type_label(int32_t type);

/* Bytes to which the address and the strides of a type's tensors are multiples. */
int64_t lk_type_alignment(int32_t type);

/* In a function with reason[size]: says what is wrong and returns. */
#define LK_REFUSE(status, ...)                                                                               \
    do {                                                                                                     \
        snprintf(reason, size, __VA_ARGS__);                                                                 \
        return status;                                                                                       \
    } while (0)

/* Whether a tensor's numbers are possible in themselves: type, layout, dims, strides, no overflow. reason has
 * room for one line. */
lk_status lk_tensor_check(const lk_tensor *tensor, char *reason, size_t size);

/* Bytes from a (checked) tensor's first to one past its last. */
int64_t lk_tensor_extent(const lk_tensor *tensor);

/* Checks one record and resolves it. buffers may be NULL: then addresses are made up and only presence and
 * shapes are real. */
lk_status lk_op_resolve(const lk_backend *backend, const lk_program_desc *desc, int32_t op,
                        lk_program_op *resolved);

/* Refuses a tensor that one thread may write while another reads or writes it, and a dst that covers one of
 * its op's sources. */
lk_status lk_hazards_check(const lk_program *program, const lk_program_desc *desc);

#endif
