/* llamakernels: the compute kernels of LlamaInterop. This header is the whole C ABI and its manual.
 *
 * The idea
 *   A model is compiled once into a program (a flat list of ops over tensors) and replayed every step. Nothing that changes
 *   from step to step stands in a record: token ids, positions and block tables are input tensors, and the live counts
 *   (how many rows of the capacity are used) are run arguments. So a program serves every step of its batch class.
 *
 * Life
 *   lk_backend_open -> lk_buffer_create / lk_buffer_wrap -> lk_program_create (validates every record and names the op that
 *   is wrong) -> per step: write inputs, lk_program_submit, lk_backend_wait, read outputs -> free in reverse order.
 *
 * Rules
 *   - Every function that can fail returns an lk_status; lk_last_error() then has one line of text for the calling thread.
 *     The library never aborts, exits, prints or calls back. A NULL or a bad value is LK_STATUS_INVALID_ARGUMENT, no crash.
 *   - Handles may be used from any thread, one call at a time per backend; submits of a backend exclude each other inside.
 *   - Integers are little-endian and of fixed width; text is UTF-8 with a length, or NUL-terminated where it comes out.
 *   - Results on the CPU depend neither on the number of threads nor on the other rows of a batch.
 *
 * Phases and chains
 *   Ops run in order of lk_op.phase; all threads meet between phases, and no thread waits inside one. Ops of one phase are
 *   independent of each other, with one exception: a chain, whose ops one thread runs one after the other, part by part.
 *   By rows: all of its ops are by_row (lk_ops.inc) and have the same rows; an op may read what the chain wrote in the same row.
 *   By slices: a MAT_MUL or MAT_MUL_ID begins it; all of its ops have the same elements (dims[0] of dst; of KV_STORE those of x) and
 *   the same rows, and are cut along their elements, all rows and planes of a slice at a time; an op may read the same slice of
 *   what the chain wrote. It can hold MAT_MUL, MAT_MUL_ID, ADD, MUL, SCALE, CLAMP, COPY, GLU, QUANTIZE, and, in slices of whole
 *   heads, RMS_NORM, ROPE and KV_STORE. */
#ifndef LLAMAKERNELS_H
#define LLAMAKERNELS_H

#include <stdint.h>

#if defined(_WIN32)
#if defined(LK_BUILD)
#define LK_API __declspec(dllexport)
#else
#define LK_API __declspec(dllimport)
#endif
#else
#define LK_API __attribute__((visibility("default")))
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* The ABI's version: raised when a record, an enum value or a function's meaning changes. */
LK_API int32_t lk_abi_version(void);

/* ---- enums ---------------------------------------------------------------------------------------------------------- */

typedef enum lk_status {
    LK_STATUS_OK = 0,
    LK_STATUS_INVALID_ARGUMENT = 1, /* a record, size, index or pointer is wrong; the text names the op or the argument */
    LK_STATUS_OUT_OF_MEMORY = 2,    /* the text has the bytes asked for */
    LK_STATUS_UNSUPPORTED = 3,      /* valid, but this backend has no kernel for it */
    LK_STATUS_NO_DEVICE = 4,        /* the backend is not in this build, or finds no device; the text says which */
    LK_STATUS_CANCELLED = 5,        /* the run's cancel flag was seen set between two phases */
    LK_STATUS_SYSTEM = 6            /* the operating system refused (thread, lock); the text has its reason */
} lk_status;

typedef enum lk_type {
#define LK_TYPE(NAME, value, lower, length, bytes, avx2, avx512, neon) LK_TYPE_##NAME = value,
#include "lk_types.inc"
#undef LK_TYPE
    LK_TYPE_I32 = 26,
    /* Activations quantized to 8 bits, in blocks of 256: float d[8], int16_t sum[16], int8_t q[256] (320 bytes).
     * Element i of a block is d[i / 32] * q[i], q in [-127, 127]; sum[j] is the sum of q[16 j .. 16 j + 15]. A row of k elements
     * has ceil(k / 256) blocks; what lies past k is zero (d, sum and q). */
    LK_TYPE_A8 = 1000,
    /* The same in 15 bits: a row is ceil(k / 256) blocks of A8, as QUANTIZE makes them, then as many again that hold what those
     * left, x - d q, in steps of d / 128: q is then in [-64, 64]. A product over it costs almost two over A8. */
    LK_TYPE_A8X2 = 1001
} lk_type;

/* Elements in a block of a type, and the block's bytes. */
typedef enum lk_block_length {
#define LK_TYPE(NAME, value, lower, length, bytes, avx2, avx512, neon) LK_BLOCK_LENGTH_##NAME = length,
#include "lk_types.inc"
#undef LK_TYPE
    LK_BLOCK_LENGTH_I32 = 1,
    LK_BLOCK_LENGTH_A8 = 256,
    LK_BLOCK_LENGTH_A8X2 = 256
} lk_block_length;

typedef enum lk_block_bytes {
#define LK_TYPE(NAME, value, lower, length, bytes, avx2, avx512, neon) LK_BLOCK_BYTES_##NAME = bytes,
#include "lk_types.inc"
#undef LK_TYPE
    LK_BLOCK_BYTES_I32 = 4,
    LK_BLOCK_BYTES_A8 = 320,
    LK_BLOCK_BYTES_A8X2 = 640
} lk_block_bytes;

/* How a tensor's elements lie. PLAIN is GGUF's order; others are a backend's own, made by lk_repack. Only the weights of MAT_MUL
 * and MAT_MUL_ID and the table of GET_ROWS may have another. */
typedef enum lk_layout {
    LK_LAYOUT_PLAIN = 0,
    LK_LAYOUT_PANELS = 1 /* the CPU's: as many bytes, rows interleaved 16 by 16 (types/layout.h); adjacent rows and matrices */
} lk_layout;

typedef enum lk_backend_kind { LK_BACKEND_CPU = 0, LK_BACKEND_CUDA = 1, LK_BACKEND_METAL = 2 } lk_backend_kind;

/* Instruction sets, lowest first. REFERENCE (double sums) is the specification and is used only when asked for by mask. */
typedef enum lk_isa {
    LK_ISA_REFERENCE = 0,
    LK_ISA_PLAIN = 1,
    LK_ISA_AVX2 = 2,
    LK_ISA_AVX512 = 3,
    LK_ISA_NEON = 4,
    LK_ISA_COUNT = 5
} lk_isa;

/* The run arguments: live counts. lk_op.live names the one that limits an op's rows. */
typedef enum lk_argument {
    LK_ARGUMENT_NONE = -1,     /* all rows of the record */
    LK_ARGUMENT_TOKENS = 0,    /* input rows of this step */
    LK_ARGUMENT_OUTPUTS = 1,   /* rows whose logits are wanted */
    LK_ARGUMENT_SEQUENCES = 2, /* sequences in the block table */
    LK_ARGUMENT_COUNT = 3
} lk_argument;

/* Machines whose processors have memory of their own (NUMA nodes). On a machine with one node all are alike. */
typedef enum lk_numa {
    LK_NUMA_NONE = 0,
    LK_NUMA_DISTRIBUTE = 1, /* threads take turns over the nodes; buffers of 2 MB and more lie on all of them page by page (Linux) */
    LK_NUMA_ISOLATE = 2,    /* threads run on the node on which the backend was opened */
    LK_NUMA_NUMACTL = 3     /* as the process was set up by numactl, whose limits always hold: the same as NONE */
} lk_numa;

typedef enum lk_opcode {
#define LK_OP(NAME, value, lower, least, most, by_row, planes, updates, shares, plain, avx2, avx512, neon) LK_OPCODE_##NAME = value,
#include "lk_ops.inc"
#undef LK_OP
    LK_OPCODE_SEND = 100, /* reserved */
    LK_OPCODE_RECV = 101,
    LK_OPCODE_ALL_REDUCE = 102
} lk_opcode;

typedef enum lk_link {
    LK_LINK_NONE = 0, /* begins a chain, or stands alone */
    LK_LINK_ROWS = 1,
    LK_LINK_SLICES = 2
} lk_link;

typedef enum lk_rope_mode {
    LK_ROPE_MODE_NORM = 0, /* pairs (2 i, 2 i + 1) */
    LK_ROPE_MODE_NEOX = 1  /* pairs (i, i + rotated / 2) */
} lk_rope_mode;

typedef enum lk_glu_kind {
    LK_GLU_KIND_SILU = 0,
    LK_GLU_KIND_GELU_TANH = 1, /* 0.5 x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))) */
    LK_GLU_KIND_GELU_ERF = 2,
    LK_GLU_KIND_RELU = 3,
    LK_GLU_KIND_RELU_SQUARED = 4,
    LK_GLU_KIND_SIGMOID = 5,
    LK_GLU_KIND_TANH = 6,
    LK_GLU_KIND_SOFTPLUS = 7, /* ln(1 + exp(x)) */
    LK_GLU_KIND_EXP = 8,
    LK_GLU_KIND_XIELU = 9,     /* Huang & Schlag 2025; params 1 alpha_p, 2 alpha_n, 3 beta, 4 eps (all f):
                                  x > 0: alpha_p x^2 + beta x; else alpha_n (expm1(min(x, eps)) - x) + beta x */
    LK_GLU_KIND_SWIGLU_OAI = 10 /* gpt-oss; params 1 alpha, 2 limit (f), up is needed:
                                  g = min(gate, limit), u = clamp(up, -limit, limit): g sigmoid(alpha g) (u + 1) */
} lk_glu_kind;

typedef enum lk_window_kind {
    LK_WINDOW_KIND_SLIDING = 0,  /* p - key position < window */
    LK_WINDOW_KIND_CHUNKED = 1,  /* key position / window = p / window (Llama 4) */
    LK_WINDOW_KIND_SYMMETRIC = 2 /* |p - key position| <= window / 2 (ModernBERT) */
} lk_window_kind;

typedef enum lk_gating_kind {
    LK_GATING_KIND_SOFT_MAX = 0,        /* probabilities over all experts */
    LK_GATING_KIND_SIGMOID = 1,         /* each by itself */
    LK_GATING_KIND_SOFT_MAX_CHOSEN = 2  /* chosen by logit, then softmax over the chosen */
} lk_gating_kind;

/* ---- records -------------------------------------------------------------------------------------------------------- */

/* A tensor: up to 4 dimensions, dims[0] contiguous. strides[0] is the bytes of one block, strides[i] the bytes from one index
 * of dimension i to the next; "row r" of a 2-D tensor starts at offset + r strides[1]. Unused dims are 1. */
typedef struct lk_tensor {
    int64_t dims[4];
    int64_t strides[4];
    int64_t offset; /* bytes from the start of its buffer */
    int32_t type;   /* lk_type */
    int32_t layout; /* lk_layout */
    int32_t buffer; /* index into lk_program_desc.buffers */
    int32_t reserved;
} lk_tensor;

#define LK_OP_SOURCES 8
#define LK_OP_PARAMS 16

/* An op. Unused sources are -1. A float parameter is its IEEE bits in the int32. */
typedef struct lk_op {
    int32_t opcode; /* lk_opcode */
    int32_t phase;  /* not falling from op to op */
    int32_t chain;  /* lk_link to the op before it */
    int32_t live;   /* lk_argument that limits the rows */
    int32_t dst;    /* tensor index */
    int32_t src[8];
    int32_t params[16];
    int32_t name_offset; /* into lk_program_desc.names */
    int32_t name_length;
    int32_t reserved;
} lk_op;

typedef struct lk_backend lk_backend;
typedef struct lk_buffer lk_buffer;
typedef struct lk_program lk_program;

typedef struct lk_program_desc {
    const lk_tensor *tensors;
    const lk_op *ops;
    lk_buffer *const *buffers;
    const uint8_t *names; /* UTF-8 of all op names, not terminated */
    int32_t tensor_count;
    int32_t op_count;
    int32_t buffer_count;
    int32_t names_length;
} lk_program_desc;

/* What to open; zeros are the defaults.
 *
 * Threads of the CPU. Without a mask they run on the cores that this process may run on, of the fast kind where a machine has two
 * (more threads than those have processors: on all), and are not held to one core. A container's limit of processor time counts
 * too. The calling thread is moved for the time of a submit and then goes back where it may run. */
typedef struct lk_backend_config {
    uint64_t processors[16];   /* bit i of them all: threads may run on logical processor i; none set: the default */
    int32_t thread_count;      /* 0: one a core of those */
    int32_t device;            /* index among the kind's devices */
    uint32_t isa_mask;         /* bit i allows lk_isa i; 0: all but REFERENCE. The environment's LK_CPU_MASK (same bits) narrows it. */
    int32_t strict;            /* 1: each thread has a processor of its own, one a core first */
    int32_t priority;          /* -1 low, 0 the system's, 1 medium, 2 high, 3 real-time; most systems want a privilege for 1 to 3 */
    int32_t spin_microseconds; /* how long a thread that waits for others looks before it sleeps; 0: 50, -1: not at all */
    int32_t numa;              /* lk_numa */
    int32_t reserved;
} lk_backend_config;

typedef struct lk_backend_info {
    uint8_t name[128]; /* NUL-terminated: the processor's or the device's name */
    uint8_t isa[64];   /* NUL-terminated: "avx2", or the device's architecture */
    int64_t memory_total;
    int64_t memory_free;
    int64_t huge_page_bytes; /* of the pages that large buffers are given; 0 where they get ordinary ones */
    int64_t cache_bytes;     /* the last level's, of all processors that may be used; 0 where it is not known */
    int32_t kind;            /* lk_backend_kind */
    int32_t thread_count;
    int32_t core_count; /* cores that this process may run on, of all kinds */
    int32_t node_count; /* NUMA nodes of these */
} lk_backend_info;

typedef struct lk_run {
    const int32_t *args;   /* LK_ARGUMENT_COUNT live counts */
    const int32_t *cancel; /* NULL, or polled between phases: non-zero stops the run with LK_STATUS_CANCELLED */
    int32_t arg_count;
    int32_t reserved;
} lk_run;

typedef struct lk_program_stats {
    int32_t op_count;
    int32_t phase_count;
    int32_t barrier_count; /* of the last run: phases in which all threads met. One of few rows, in a single chain, is not worth it */
    int32_t reserved;
    int64_t scratch_bytes; /* working memory of all threads */
} lk_program_stats;

/* ---- what the ops compute --------------------------------------------------------------------------------------------
 * T: rows of the batch (live rows of them are computed). [a, b] lists dims[0] first. f32 unless said otherwise.
 *
 * Planes: where lk_ops.inc says so, a dst [n, T, P] is computed for each of its P planes by itself, as if it were [n, T]; a source
 * with one plane serves all, one with P planes gives each its own. The planes of a row lie inside the row (strides[2] <=
 * strides[1]), so "heads" and "chosen experts" are planes, and a slice of every head is a view. What follows describes one plane.
 *
 * Runs: i32[4, S], one entry a sequence of the step: {first row, rows, slot read or -1, slot written}. The entries in use cover
 * the live rows in order, none without rows; those after them are not looked at. A state is f32[width, slots]: the ops that carry
 * one read it at the slot read (-1: all zeros) and leave it, after their last row, at the slot written, which no other number of
 * the entries in use names (several may read one slot). Anything else is a fault: the submit reports it and nothing is computed.
 *
 * GET_ROWS    dst[n, T] = row ids[t] of table[n, V] (any element type, dequantized).  src: table, ids i32[T], embeddings[n, M]?
 *             An id below 0 takes row -1 - id of embeddings. An id that is in neither is a fault: the submit reports it.
 * MAT_MUL     dst[m, T] = weights[k, m]^T x (+ bias[m]) (+ residual[m, T]).  src: weights, x[k, T], bias?, residual?
 *             x is A8 or A8X2 beside blocks of quants, f32 beside F32, F16 and BF16, or BF16 beside BF16. residual may be dst itself.
 *             Rows of A8X2 are adjacent (strides[1] is one row), so that several planes of them lie apart, each [k, T] by itself.
 * QUANTIZE    dst A8[k, T], A8X2[k, T] or BF16[k, T] from src f32[k, T]. d = max|x| / 127 per 32 elements, q = round to nearest
 *             even (x / d); of A8X2 the rest the same way with d / 128: its first half is A8. BF16 is rounded to nearest even.
 * RMS_NORM    y = x / sqrt(mean(x^2) + eps) (* weight).  src: x[n, T], weight[width]?  params: 0 eps (f), 1 width.
 *             Every width elements of a row are normed by themselves (heads); n is a multiple of width.
 * LAYER_NORM  y = (x - mean) / sqrt(mean((x - mean)^2) + eps) (* weight) (+ bias).  src: x[n, T], weight[n]?, bias[n]?
 *             params: 0 eps (f), 1 width: every width elements are normed by themselves, but weight and bias span the row.
 * ADD, MUL    dst[n, T] = a[n, T] op b.  src: a, b. b is [n, T], one row [n] for all, one number a row [1, T], or one number [1].
 * SCALE       dst = x * params[0] (f) + params[1] (f).
 * CLAMP       dst = x limited to [params[0] (f), params[1] (f)], which may be infinite. NaN stays NaN.
 * COPY        dst[n, T] = x[n, T].
 * SOFT_MAX    dst row = softmax(x * params[0] (f)).
 * ROPE_TABLE  dst[r, T]: cos at [0, r/2), sin at [r/2, r) of the angles of position p[t], both times attn factor.
 *             src: positions i32[T], freq_factors[r/2]?
 *             params: 0 freq_base, 1 freq_scale, 2 ext_factor, 3 attn_factor, 4 beta_fast, 5 beta_slow (all f), 6 n_ctx_orig.
 *             angle_i = p * base^(-2i/r) / factor_i; interpolated angle = freq_scale * angle_i; with ext_factor != 0 the YaRN ramp
 *             (Peng et al. 2023, correction range rounded outward) mixes both and multiplies attn_factor by
 *             1 + 0.1 ln(1 / freq_scale).
 * ROPE        rotates the first r elements of every head of x[heads * head_dim, T].  src: x, table[r, T]
 *             params: 0 head_dim, 1 lk_rope_mode. dst may be x itself.
 * TEMPERATURE dst[1, T] = 1 + params[0] (f) * ln(1 + floor((p[t] + params[2]) / params[1])).  src: positions i32[T]
 *             The factor of queries that see far (Llama 4). params[1] > 0, params[1] and params[2] are integers; p[t] + params[2]
 *             below 0 is a fault.
 * KV_STORE    writes x[kv_heads * head_dim, T] into cache (dst) [head_dim, block_tokens, kv_heads, blocks] at slot s =
 *             block * block_tokens + index.  src: x, slots i32[T]; a slot of -1 is skipped, any other outside is a fault.
 *             A cache is F32, F16, BF16, Q8_0, Q5_1, Q5_0, Q4_1, Q4_0 or IQ4_NL, each head whole blocks of it, written as
 *             lk_quantize would without an importance; of numbers that are not finite a block is undefined.
 *             Its rows are those of x. The cache may be a view of the first elements of wider heads.
 * ATTENTION   dst[heads * v_dim, T] = softmax(q k^T * scale ...) v over the blocks of each row's sequence.
 *             src: q[heads * k_dim, T], K cache [k_dim, block_tokens, kv_heads, blocks], V cache [v_dim, ...] (types: KV_STORE),
 *             rows i32[2, T] {position, sequence}, table i32[4, entries, S] {block, first position, first valid, end valid},
 *             counts i32[S] (entries in use of each sequence), sinks[heads]?, relative[heads, buckets]?
 *             Key j of an entry (first valid <= j < end valid) has position first position + j. It is seen by a query at p when
 *             key position <= p (causal) and, with window > 0, as the lk_window_kind says.
 *             score = q.k * scale, where q * scale is rounded to A8 for K in blocks of 32 (Q8_0, Q4_0, ...); with soft-cap c:
 *             c tanh(score / c); with ALiBi: - slope_h * |key position - p|; with relative (f32 or f16):
 *             + relative[h, bucket(key position - p)], T5's buckets (ops/attention/relative.c). exp(score) times the scale of a
 *             block of V (Q8_0, Q4_0) may be rounded to BF16.
 *             A sink adds exp(sink_h) to the sum of the softmax's denominator and no value (gpt-oss).
 *             params: 0 heads, 1 kv_heads, 2 causal (0/1), 3 window, 4 scale (f), 5 softcap (f, 0 none), 6 alibi max bias (f, 0 none),
 *             7 lk_window_kind (0 without a window; SYMMETRIC is never causal), 8 relative's max distance, 9 its buckets are for both
 *             directions (0/1); 8 and 9 are 0 without relative. V may be a view of the first elements of K (MLA).
 *             Head h reads kv head h / (heads / kv_heads). A row that sees no key yields zeros. Entries follow each other in a
 *             run while their first positions lie between the same multiples of 512; each run is summed by itself and the runs'
 *             results are combined in order, so the result depends on the table alone.
 * GLU         dst[n, T] = act(gate) * up.  src: gate[n, T], up[n, T]?   params: 0 lk_glu_kind, 1.. its own. Without up: act(gate).
 * ARGMAX      dst i32[1, T]: index of the largest of x[n, T], the lowest among equals; NaN is never chosen (all NaN: 0).
 * TOP_K       dst i32[k, T]: indices of the k largest of x[n, T], falling, the lower index first among equals.
 * EXPERT_ROUTE  dst i32[2 k, T]: k experts for each row, by falling score, then their k weights (the bits of f32).
 *             src: logits[E, T], choice bias[E]?  params: 0 k, 1 lk_gating_kind, 2 renormalize (0/1), 3 scale (f), 4 groups,
 *             5 groups used, 6 group score: 0 the group's best, 1 the sum of its best two.
 *             score = probability (logit for SOFT_MAX_CHOSEN) + choice bias; with groups > 1 only experts of the best groups can
 *             be chosen. weight = probability without the bias (of SOFT_MAX_CHOSEN the softmax of the chosen logits); renormalized
 *             ones are divided by their sum; then times scale. Equals: the lower expert first, NaN last. E is 1024 at most. 0 or 1
 *             groups: no groups.
 * EXPERT_SORT dst i32[1 + 3 E + k T]: the rows grouped by expert.  src: ids i32[k, T] (values in [0, E), else a fault)  params: 0 E.
 *             Word 0: experts in use, A. Then A times {expert, first, end}, by rising expert; from word 1 + 3 E on the pairs
 *             t k + j (row t, choice j), rising within their expert, first and end index these. What lies between is undefined. Its
 *             rows are those of ids.
 * MAT_MUL_ID  dst[m, T, k] = weights[., ., e]^T x (+ bias[., e]) for the expert e of pair (t, j): row t of plane j.
 *             src: weights[n, m, E], x[n, T] or [n, T, k], groups i32[1 + 3 E + k T] (of EXPERT_SORT), bias[m, E]?
 *             x as for MAT_MUL. Only the weights of experts in use are read, once for all columns that fit a cache. A group that
 *             names another expert, pair or range than there are is a fault.
 * EXPERT_SUM  dst[n, T] = sum over j, in order, of weights[j, t] * x[n, t, j].  src: x[n, T, k], weights[k, T]? (1 when absent)
 * TOKEN_SHIFT dst[n, T] = the row before, within its sequence.  src: x[n, T], state[n, slots], runs.
 * SHORT_CONV  dst[n, T] = sum over i < K of weight[i, c] * x[c, t - K + 1 + i] (+ bias[c]), within its sequence, K > 1.
 *             src: x[n, T], weight[K, n], state[(K - 1) n, slots] (K - 1 rows, oldest first), runs, bias[n]?
 * SSM_SCAN    selective state space (Gu & Dao 2023; Dao & Gu 2024). src: x[H P, T], dt[H, T], A[N or 1, H], B[G N, T], C[G N, T],
 *             D[H], state[N P H, slots] (s fastest, then p, then h), runs.  params: 0 H, 1 P, 2 N, 3 G.
 *             d = softplus(dt); S[s, p, h] = exp(d A[s, h]) S + d B[s, g] x[p, h]; dst[p, h] = sum over s of C[s, g] S + D[h] x.
 *             Group g = h / (H / G).
 * WKV6        RWKV 6 (Peng et al. 2024).  src: r, k, v, w (decay factors), all [H N, T], u[N H], state[N N H, slots], runs.
 *             params: 0 H. dst[j] = sum over i of r[i] (S[j, i] + u[i] k[i] v[j]); then S[j, i] = w[i] S[j, i] + k[i] v[j]. i fastest.
 * WKV7        RWKV 7 (Peng et al. 2025).  src: r, w, k, v, a, b, all [H N, T], state[N N H, slots], runs.  params: 0 H.
 *             s[j] = sum over i of S[j, i] a[i]; S[j, i] = w[i] S[j, i] + k[i] v[j] + s[j] b[i]; dst[j] = sum over i of r[i] S[j, i].
 * GATED_DELTA gated delta rule (Yang et al. 2024).  src: q, k [Hk Dk, T], v[Hv Dv, T], g[Hv, T] (log decay), beta[Hv, T],
 *             state[Dk Dv Hv, slots] (i of Dk fastest, then j of Dv), runs.  params: 0 Hk, 1 Hv, 2 scale (f). Head h reads q and k
 *             of head h / (Hv / Hk). S = exp(g) S; e[j] = beta (v[j] - sum over i of S[j, i] k[i]); S[j, i] += e[j] k[i];
 *             dst[j] = scale * sum over i of S[j, i] q[i].
 * SQUARE_SUM  dst[n + 1, D]: the sums over rows of x^2, column by column, then the number of rows.  src: x[n, T, P],
 *             groups i32[1 + 3 D + k T] (of EXPERT_SORT)?  Without groups D is 1 (the rows of all planes) or P (each plane's own).
 *             With groups D is the number of experts, and the rows of expert e are those of its pairs: row t of plane j for choice j
 *             of k, P being 1 or k. Sums are taken in double, in order; an expert that no pair names has zeros. Its rows are those of x;
 *             without any, dst is left as it was.
 */

/* ---- functions ------------------------------------------------------------------------------------------------------ */

/* The text of the calling thread's last failure, or "". Valid until its next call. */
LK_API const char *lk_last_error(void);

/* sizeof of a record by number: 0 lk_tensor, 1 lk_op, 2 lk_program_desc, 3 lk_backend_config, 4 lk_backend_info, 5 lk_run,
 * 6 lk_program_stats; -1 for another number. */
LK_API int32_t lk_record_size(int32_t record);

/* Offset of a record's field by its order in this header, to be compared with the binding's; -1 for another number. */
LK_API int32_t lk_record_offset(int32_t record, int32_t field);

/* The threads that a CPU backend has by default: one a core (hyper-threads of a core count once), of the fast kind, within the
 * process's affinity and its container's limit of processor time; at least 1. */
LK_API int32_t lk_cpu_core_count(void);

LK_API lk_status lk_backend_open(lk_backend_kind kind, const lk_backend_config *config, lk_backend **backend);
LK_API void lk_backend_free(lk_backend *backend);
LK_API lk_status lk_backend_describe(lk_backend *backend, lk_backend_info *info);

/* Waits until all submitted work is done. The CPU's submits have run when they return. */
LK_API lk_status lk_backend_wait(lk_backend *backend);

/* The element type in which MAT_MUL reads its second source fastest for weights of this type and layout. */
LK_API lk_status lk_matmul_activation(lk_backend *backend, int32_t type, int32_t layout, int32_t *activation);

/* The name of the ISA whose MAT_MUL runs weights of this type ("avx2"), static text; NULL where there is none. */
LK_API const char *lk_matmul_kernel(lk_backend *backend, int32_t type);

/* OK when the backend would run this op over these tensors (op.dst and op.src index them), else UNSUPPORTED or INVALID_ARGUMENT. */
LK_API lk_status lk_op_supported(lk_backend *backend, const lk_op *op, const lk_tensor *tensors, int32_t tensor_count);

/* Memory of the backend, zeroed, aligned to 64 bytes at least. On Linux 2 MB and more are aligned to 2 MB and asked for in huge
 * pages; they become resident as they are touched. (Windows gives large pages only to accounts with a privilege, macOS none:
 * ordinary pages there.) */
LK_API lk_status lk_buffer_create(lk_backend *backend, int64_t bytes, lk_buffer **buffer);

/* Memory of the caller's (a file mapping), read only to the library, which must outlive the buffer. */
LK_API lk_status lk_buffer_wrap(lk_backend *backend, const void *address, int64_t bytes, lk_buffer **buffer);
LK_API void lk_buffer_free(lk_buffer *buffer);
LK_API lk_status lk_buffer_write(lk_buffer *buffer, int64_t offset, const void *source, int64_t bytes);
LK_API lk_status lk_buffer_read(lk_buffer *buffer, int64_t offset, void *destination, int64_t bytes);

/* The address of the buffer's first byte where the host can read it, else NULL. */
LK_API void *lk_buffer_address(lk_buffer *buffer);

/* Keeps the buffer's pages in memory (mlock). */
LK_API lk_status lk_buffer_lock(lk_buffer *buffer);

/* Says that a range of a wrapped buffer will hardly be read again, so that its pages need not stay in this process's memory. The
 * memory must be a mapping of a file that nobody wrote to through it: a later read takes the bytes from the file again (mostly from
 * the system's cache, which keeps them). Only whole pages inside the range go; those of a locked buffer are unlocked first. Advice:
 * OK also where the system does not follow it. A buffer of lk_buffer_create is refused. */
LK_API lk_status lk_buffer_release(lk_buffer *buffer, int64_t offset, int64_t bytes);

/* Takes the memory of a range of a created buffer before it is first touched; parts of a buffer can be done in parallel. Huge pages are
 * taken as long as the system has them at hand. Once one takes longer than small pages in its place would, because the kernel has to
 * move others out of the way or a hypervisor has to find memory, this buffer and those that the backend creates afterwards get small
 * pages. Advice: OK also where the system cannot (it can on Linux 5.14). A wrapped buffer is refused. */
LK_API lk_status lk_buffer_populate(lk_buffer *buffer, int64_t offset, int64_t bytes);

/* Puts huge pages in the place of small ones in a range of a created buffer, which may be read meanwhile, whatever time the system takes
 * (milliseconds a page where it has none at hand). Advice: OK also where the system cannot (it can on Linux 6.1). A wrapped buffer is
 * refused. */
LK_API lk_status lk_buffer_collapse(lk_buffer *buffer, int64_t offset, int64_t bytes);

/* How fast the backend's threads together read the buffer from end to end, once so that it is there, and then again until 200 ms are
 * over: what a product that reads each weight once cannot exceed. A buffer of less than 256 bytes is refused. */
LK_API lk_status lk_buffer_read_rate(lk_buffer *buffer, int64_t *bytes_per_second);

/* Validates and compiles. The buffers must outlive the program. */
LK_API lk_status lk_program_create(lk_backend *backend, const lk_program_desc *desc, lk_program **program);
LK_API void lk_program_free(lk_program *program);
LK_API lk_status lk_program_describe(lk_program *program, lk_program_stats *stats);

/* Runs one step. On the CPU the calling thread is worker 0. Live counts above a record's rows are INVALID_ARGUMENT. */
LK_API lk_status lk_program_submit(lk_program *program, const lk_run *run);

/* Starts (1) or stops (0) timing per op; starting clears the sums. */
LK_API lk_status lk_program_profile(lk_program *program, int32_t on);

/* Nanoseconds that all threads together spent in each op since profiling started; count = op_count. */
LK_API lk_status lk_program_op_times(lk_program *program, int64_t *nanoseconds, int32_t count);

/* Dequantizes n elements (whole blocks) of a weight type, on the CPU. */
LK_API lk_status lk_dequantize(int32_t type, const void *source, float *destination, int64_t n);

/* Copies rows of k elements (whole blocks) of a weight type from PLAIN to another layout, on the CPU, in the calling thread.
 * rows: all of a matrix, or a part of it that begins at a multiple of 16 rows and ends at one or with the matrix: parts can be
 * done in parallel. source and destination do not overlap, and the destination takes as many bytes. */
LK_API lk_status lk_repack(int32_t type, int32_t layout, const void *source, void *destination, int64_t rows, int64_t k);

/* Quantizes rows of k elements each (whole blocks), one after the other, into a weight type, on the CPU, in the calling thread.
 * importance: k factors that are not negative, by which squared errors count (the mean squares of an importance matrix), or NULL;
 * some types ignore it, some need it. Elements must be finite for types of blocks. The bytes depend on nothing but the row and
 * its importance, on every ISA. UNSUPPORTED for a type that cannot be written. */
LK_API lk_status lk_quantize(int32_t type, const float *source, const float *importance, void *destination, int64_t rows,
                             int64_t k);

#ifdef __cplusplus
}
#endif
#endif
