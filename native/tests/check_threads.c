/* The pool: the same bits on any number of threads and in any batch, cancelled and faulty runs, submits of
 * several backends. */
#include "core/os.h"
#include "core/threads.h"
#include "tests/attention_cases.h"
#include "tests/check.h"
#include "tests/listing.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WIDTH = 64, HIDDEN = 96, ROWS = 33, LAYERS = 6, VOCABULARY = 7 };

typedef struct layered {
    listing list;
    int32_t x, ids, logits;
} layered;

typedef struct weights {
    int32_t norm, gate, up, down;
} weights;

typedef struct temporaries {
    int32_t normed, quantized, gate, up, hidden;
} temporaries;

static int32_t product(listing *list, const char *name, int32_t dst, int32_t matrix, int32_t x,
                       int32_t residual) {
    lk_op *op = listing_op(list, LK_OPCODE_MAT_MUL, name, dst);
    op->src[0] = matrix;
    op->src[1] = x;
    op->src[3] = residual;
    return list->op_count - 1;
}

static lk_op *row_op(listing *list, int32_t opcode, const char *name, int32_t dst, int32_t a, int32_t b,
                     bool chained) {
    lk_op *op = listing_op(list, opcode, name, dst);
    op->src[0] = a;
    op->src[1] = b;
    op->chain = chained;
    if (chained) op->phase = op[-1].phase;
    return op;
}

/* Four phases: norm and quantize; gate and up; gate * up and quantize; down, added to x in place. */
static void add_layer(listing *list, const weights *w, const temporaries *t, int32_t x) {
    lk_op *norm = row_op(list, LK_OPCODE_RMS_NORM, "norm", t->normed, x, w->norm, false);
    norm->params[1] = WIDTH;
    row_op(list, LK_OPCODE_QUANTIZE, "norm.q", t->quantized, t->normed, -1, true);
    const int32_t gate = product(list, "gate", t->gate, w->gate, t->quantized, -1);
    const int32_t up = product(list, "up", t->up, w->up, t->quantized, -1);
    list->ops[up].phase = list->ops[gate].phase;
    row_op(list, LK_OPCODE_GLU, "glu", t->up, t->gate, t->up, false);
    row_op(list, LK_OPCODE_QUANTIZE, "glu.q", t->hidden, t->up, -1, true);
    product(list, "down", x, w->down, t->hidden, x);
}

static layered layered_create(void) {
    layered made = {.list = listing_create()};
    listing *list = &made.list;
    random_state random = check_random("layered");
    int32_t ids[ROWS];
    for (int i = 0; i < ROWS; ++i) ids[i] = random_below(&random, VOCABULARY);
    const int32_t table = listing_random(list, LK_TYPE_F16, WIDTH, VOCABULARY, 0, &random);
    made.ids = listing_indices(list, ROWS, ids);
    made.x = listing_tensor(list, LK_TYPE_F32, WIDTH, ROWS, 1, 1, 0);
    const weights w = {listing_random(list, LK_TYPE_F32, WIDTH, 1, 0, &random),
                       listing_random(list, LK_TYPE_Q4_0, WIDTH, HIDDEN, 0, &random),
                       listing_random(list, LK_TYPE_Q8_0, WIDTH, HIDDEN, 0, &random),
                       listing_random(list, LK_TYPE_Q5_1, HIDDEN, WIDTH, 0, &random)};
    const temporaries t = {listing_tensor(list, LK_TYPE_F32, WIDTH, ROWS, 1, 1, 0),
                           listing_tensor(list, LK_TYPE_A8, WIDTH, ROWS, 1, 1, 0),
                           listing_tensor(list, LK_TYPE_F32, HIDDEN, ROWS, 1, 1, 0),
                           listing_tensor(list, LK_TYPE_F32, HIDDEN, ROWS, 1, 1, 0),
                           listing_tensor(list, LK_TYPE_A8, HIDDEN, ROWS, 1, 1, 0)};
    lk_op *get = listing_op(list, LK_OPCODE_GET_ROWS, "embd", made.x);
    get->src[0] = table;
    get->src[1] = made.ids;
    for (int i = 0; i < LAYERS; ++i) add_layer(list, &w, &t, made.x);
    made.logits = listing_tensor(list, LK_TYPE_F32, VOCABULARY, ROWS, 1, 1, 0);
    product(list, "output", made.logits, table, made.x, -1);
    for (int i = 0; i < 3; ++i) attention_case_build(list, &random, 16, ROWS, 0);
    return made;
}

static void check_thread_counts(const layered *in) {
    static const int32_t counts[] = {2, 3, 5, 16}, lives[] = {0, 1, 7, ROWS};
    for (size_t l = 0; l < sizeof(lives) / sizeof(*lives); ++l) {
        const int32_t args[LK_ARGUMENT_COUNT] = {lives[l], 0, 0};
        listing_result alone = listing_run(&in->list, check.isas, 1, args);
        check_that(alone.status == LK_STATUS_OK, "1 thread: %s", lk_last_error());
        for (size_t t = 0; t < sizeof(counts) / sizeof(*counts); ++t) {
            listing_result many = listing_run(&in->list, check.isas, counts[t], args);
            check_that(many.status == LK_STATUS_OK &&
                           memcmp(many.image, alone.image, (size_t)in->list.bytes) == 0,
                       "%d threads, %d rows: not the bits of 1 thread", counts[t], lives[l]);
            free(many.image);
        }
        free(alone.image);
    }
}

/* Row r has the bits that it has in a batch of r + 1. */
static void check_batch_company(const layered *in) {
    const lk_tensor *logits = &in->list.tensors[in->logits];
    const int32_t all[LK_ARGUMENT_COUNT] = {ROWS, 0, 0};
    listing_result together = listing_run(&in->list, check.isas, 2, all);
    for (int32_t r = 0; r < ROWS && together.status == LK_STATUS_OK; ++r) {
        const int32_t args[LK_ARGUMENT_COUNT] = {r + 1, 0, 0};
        listing_result fewer = listing_run(&in->list, check.isas, 2, args);
        const int64_t offset = logits->offset + r * logits->strides[1];
        check_that(fewer.status == LK_STATUS_OK &&
                       memcmp(fewer.image + offset, together.image + offset, sizeof(float) * VOCABULARY) == 0,
                   "row %d depends on the rows after it", r);
        free(fewer.image);
    }
    check_that(together.status == LK_STATUS_OK, "%s", lk_last_error());
    free(together.image);
}

/* A program ready to be submitted. */
typedef struct running {
    lk_backend *backend;
    lk_buffer *buffer;
    lk_program *program;
} running;

static running running_create(const listing *list, int32_t threads) {
    running made = {0};
    const lk_backend_config config = {.thread_count = threads, .isa_mask = check.isas};
    if (lk_backend_open(LK_BACKEND_CPU, &config, &made.backend) != LK_STATUS_OK) abort();
    if (lk_buffer_create(made.backend, list->bytes, &made.buffer) != LK_STATUS_OK) abort();
    lk_buffer_write(made.buffer, 0, list->image, list->bytes);
    const lk_program_desc desc = listing_desc(list, &made.buffer);
    const lk_status status = lk_program_create(made.backend, &desc, &made.program);
    check_that(status == LK_STATUS_OK, "%s", lk_last_error());
    return made;
}

static void running_free(running *made) {
    lk_program_free(made->program);
    lk_buffer_free(made->buffer);
    lk_backend_free(made->backend);
}

static lk_status submit(const running *on, int32_t rows, const int32_t *cancel) {
    const int32_t args[LK_ARGUMENT_COUNT] = {rows, 0, 0};
    const lk_run run = {.args = args, .arg_count = LK_ARGUMENT_COUNT, .cancel = cancel};
    return lk_program_submit(on->program, &run);
}

static void check_empty_submits(const layered *in) {
    running on = running_create(&in->list, 3);
    int32_t good = 0;
    for (int i = 0; i < 10000; ++i) good += submit(&on, 0, NULL) == LK_STATUS_OK;
    check_that(good == 10000, "%d of 10000 empty submits", good);
    const bool same = memcmp(lk_buffer_address(on.buffer), in->list.image, (size_t)in->list.bytes) == 0;
    check_that(same, "an empty submit wrote something");
    running_free(&on);
}

static void raise_after_a_while(void *context) {
    const int64_t end = lk_os_nanoseconds() + 2000000;
    while (lk_os_nanoseconds() < end) {
    }
    __atomic_store_n((int32_t *)context, 1, __ATOMIC_RELAXED);
}

static void check_cancel(const layered *in) {
    static int32_t raised; /* outlives the thread that raises it */
    running on = running_create(&in->list, 3);
    const int32_t before = 1;
    check_that(submit(&on, ROWS, &before) == LK_STATUS_CANCELLED, "a run that was cancelled before it began");
    check_that(strstr(lk_last_error(), "cancelled before phase 0") != NULL, "\"%s\"", lk_last_error());
    check_that(memcmp(lk_buffer_address(on.buffer), in->list.image, (size_t)in->list.bytes) == 0,
               "a cancelled run wrote");
    if (lk_os_thread_start(raise_after_a_while, &raised) != 0) abort();
    lk_status status = LK_STATUS_OK;
    const int64_t end = lk_os_nanoseconds() + 20000000000;
    while (status == LK_STATUS_OK && lk_os_nanoseconds() < end) status = submit(&on, ROWS, &raised);
    check_that(status == LK_STATUS_CANCELLED, "a flag raised while runs go on is not seen");
    check_that(submit(&on, ROWS, NULL) == LK_STATUS_OK, "after a cancel: %s", lk_last_error());
    running_free(&on);
}

/* The submit names the op, and the next one is good again. */
static void check_fault(const listing *list, int32_t tensor, int32_t bad, const char *part) {
    running on = running_create(list, 2);
    const int64_t offset = list->tensors[tensor].offset;
    int32_t good;
    memcpy(&good, list->image + offset, sizeof(good));
    lk_buffer_write(on.buffer, offset, &bad, sizeof(bad));
    check_that(submit(&on, ROWS, NULL) == LK_STATUS_INVALID_ARGUMENT && strstr(lk_last_error(), part) != NULL,
               "value %d of tensor %d: \"%s\" does not say \"%s\"", bad, tensor, lk_last_error(), part);
    lk_buffer_write(on.buffer, offset, &good, sizeof(good));
    check_that(submit(&on, ROWS, NULL) == LK_STATUS_OK, "after a fault: %s", lk_last_error());
    running_free(&on);
}

static void check_faults(const layered *in) {
    const lk_op *attention = &in->list.ops[in->list.op_count - 1];
    check_fault(&in->list, in->ids, VOCABULARY, "embd: GET_ROWS: an input value");
    check_fault(&in->list, in->ids, -1, "embd: GET_ROWS: an input value");
    check_fault(&in->list, in->ids, INT32_MIN, "embd: GET_ROWS: an input value");
    check_fault(&in->list, in->ids, INT32_MAX, "embd: GET_ROWS: an input value");
    check_fault(&in->list, attention->src[5], 1000, "attention: ATTENTION: an input value");
}

typedef struct submitter {
    running on;
    const uint8_t *expected;
    size_t bytes;
    int32_t wrong;
    _Atomic int32_t done;
} submitter;

static void submit_many(void *context) {
    submitter *one = context;
    for (int i = 0; i < 30; ++i) {
        if (submit(&one->on, ROWS, NULL) != LK_STATUS_OK) ++one->wrong;
        if (memcmp(lk_buffer_address(one->on.buffer), one->expected, one->bytes) != 0) ++one->wrong;
    }
    atomic_store(&one->done, 1);
}

/* Four threads with a backend each, of 1 to 4 threads, share the pool. */
static void check_shared_pool(const layered *in) {
    enum { SUBMITTERS = 4 };
    static submitter all[SUBMITTERS];
    const int32_t args[LK_ARGUMENT_COUNT] = {ROWS, 0, 0};
    listing_result expected = listing_run(&in->list, check.isas, 1, args);
    for (int i = 0; i < SUBMITTERS; ++i) {
        all[i] = (submitter){running_create(&in->list, i + 1), expected.image, (size_t)in->list.bytes, 0, 0};
        if (lk_os_thread_start(submit_many, &all[i]) != 0) abort();
    }
    for (int i = 0; i < SUBMITTERS; ++i) {
        while (!atomic_load(&all[i].done)) lk_os_yield();
        check_that(all[i].wrong == 0, "%d wrong runs among %d submitters", all[i].wrong, SUBMITTERS);
        running_free(&all[i].on);
    }
    free(expected.image);
}

static void check_profile(const layered *in) {
    running on = running_create(&in->list, 2);
    int64_t times[LISTING_OPS], sum = 0;
    check_that(lk_program_op_times(on.program, times, in->list.op_count) == LK_STATUS_OK && times[0] == 0,
               "times before");
    check_that(lk_program_profile(on.program, 1) == LK_STATUS_OK, "profile");
    submit(&on, ROWS, NULL);
    check_that(lk_program_op_times(on.program, times, in->list.op_count) == LK_STATUS_OK, "times");
    for (int i = 0; i < in->list.op_count; ++i) sum += times[i];
    check_that(sum > 0, "no time was spent");
    lk_program_profile(on.program, 0);
    submit(&on, ROWS, NULL);
    int64_t again[LISTING_OPS];
    lk_program_op_times(on.program, again, in->list.op_count);
    check_that(memcmp(times, again, sizeof(*times) * (size_t)in->list.op_count) == 0,
               "times grow when profiling is off");
    check_that(lk_program_op_times(on.program, times, 3) == LK_STATUS_INVALID_ARGUMENT, "times of 3 ops");
    running_free(&on);
}

enum { MOST_CHUNKS = 1000 };

typedef struct handed {
    _Atomic int32_t times[MOST_CHUNKS];
    _Atomic int32_t wrong; /* calls for chunks of two regions, or too many */
    int32_t count;
    uint32_t chunks;
} handed;

static void mark(void *context, int32_t worker, uint32_t begin, uint32_t end) {
    handed *all = context;
    int32_t region = 0;
    while (begin >= lk_threads_first_chunk(region + 1, all->count, all->chunks)) ++region;
    const uint32_t last = lk_threads_first_chunk(region + 1, all->count, all->chunks);
    const uint32_t most = region == worker || all->count == 1 ? last - begin : 1;
    if (end > last || end - begin > most) atomic_fetch_add(&all->wrong, 1);
    for (uint32_t i = begin; i < end; ++i) atomic_fetch_add(&all->times[i], 1);
}

/* Each chunk once, by its own worker or alone. */
static void check_handing_out(void) {
    static const uint32_t chunks[] = {0, 1, 2, 7, 64, MOST_CHUNKS};
    static handed all;
    for (int32_t count = 1; count <= 5; ++count) {
        const lk_thread_plan plan = {.count = count};
        if (!check_that(lk_threads_enter(&plan) == LK_STATUS_OK, "%s", lk_last_error())) return;
        for (size_t c = 0; c < sizeof(chunks) / sizeof(*chunks); ++c) {
            memset(&all, 0, sizeof(all));
            all.count = count;
            all.chunks = chunks[c];
            lk_threads_run(count, chunks[c], mark, NULL, &all);
            for (uint32_t i = 0; i < chunks[c]; ++i)
                check_that(all.times[i] == 1, "%d threads: chunk %u was done %d times", count, i,
                           all.times[i]);
            check_that(all.wrong == 0, "%d threads, %u chunks: %d calls of more than one of another's", count,
                       chunks[c], all.wrong);
        }
        lk_threads_leave();
    }
}

/* A worker that is kept busy does not keep its region: the others take it. */
typedef struct waiting {
    _Atomic uint32_t done;
    uint32_t chunks;
} waiting;

static void wait_in_first(void *context, int32_t worker, uint32_t begin, uint32_t end) {
    waiting *all = context;
    const uint32_t own = end - begin, others = all->chunks - own;
    (void)worker;
    for (uint32_t i = 0; begin == 0 && atomic_load(&all->done) < others; ++i)
        if (i % 1024 == 0) lk_os_yield();
    atomic_fetch_add(&all->done, own);
}

static void check_taking_over(void) {
    enum { THREADS = 3 };
    const lk_thread_plan plan = {.count = THREADS};
    if (!check_that(lk_threads_enter(&plan) == LK_STATUS_OK, "%s", lk_last_error())) return;
    waiting all = {.chunks = 48};
    lk_threads_run(THREADS, all.chunks, wait_in_first, NULL, &all);
    check_that(all.done == all.chunks, "%u of %u chunks were done", all.done, all.chunks);
    lk_threads_leave();
}

/* The best of many runs: another process's turn on a processor is no barrier's cost. */
static int64_t best_of(const running *on, int32_t rows) {
    enum { REPEATS = 2000 };
    int64_t best = INT64_MAX;
    for (int i = 0; i < REPEATS; ++i) {
        const int64_t start = lk_os_nanoseconds();
        submit(on, rows, NULL);
        const int64_t spent = lk_os_nanoseconds() - start;
        if (spent < best) best = spent;
    }
    return best;
}

/* What a phase costs beside its work: 50 phases of tiny rows. One row is the caller's alone; two are one
 * chunk each, which leaves the meeting of two threads; 64 are handed out bit by bit. */
static void time_phases(void) {
    enum { PHASES = 50, ROWS_MOST = 64 };
    listing list = listing_create();
    const int32_t x = listing_tensor(&list, LK_TYPE_F32, 1, ROWS_MOST, 1, 1, 0);
    memset(listing_data(&list, x), 0, sizeof(float) * ROWS_MOST);
    for (int i = 0; i < PHASES; ++i) listing_op(&list, LK_OPCODE_SCALE, "x", x)->src[0] = x;
    for (int32_t threads = 1; threads <= lk_cpu_core_count(); threads *= 2) {
        running on = running_create(&list, threads);
        printf("%d threads: %lld ns a phase of 1 row, %lld of 2, %lld of 64\n", threads,
               (long long)best_of(&on, 1) / PHASES, (long long)best_of(&on, 2) / PHASES,
               (long long)best_of(&on, 64) / PHASES);
        running_free(&on);
    }
    listing_free(&list);
}

void check_threads(void) {
    if (check.timing) {
        time_phases();
        return;
    }
    layered in = layered_create();
    check_handing_out();
    check_taking_over();
    check_thread_counts(&in);
    check_batch_company(&in);
    check_empty_submits(&in);
    check_cancel(&in);
    check_faults(&in);
    check_shared_pool(&in);
    check_profile(&in);
    listing_free(&in.list);
}
