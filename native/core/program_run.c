#include "core/os.h"
#include "core/program.h"
#include "core/slices.h"
#include "core/status.h"
#include <string.h>

static lk_status check_run(const lk_program *program, const lk_run *run) {
    if (run->arg_count != LK_ARGUMENT_COUNT || run->args == NULL)
        return lk_fail(LK_STATUS_INVALID_ARGUMENT, "submit: %d live counts, %d are needed", run->arg_count,
                       LK_ARGUMENT_COUNT);
    for (int32_t a = 0; a < LK_ARGUMENT_COUNT; ++a) {
        if (run->args[a] < 0)
            return lk_fail(LK_STATUS_INVALID_ARGUMENT, "submit: live count %d is %d", a, run->args[a]);
        if (run->args[a] > program->most_live[a])
            return lk_fail(LK_STATUS_INVALID_ARGUMENT, "%s: live count %d is %d, it has %lld rows",
                           program->ops[program->limiting_op[a]].label, a, run->args[a],
                           (long long)program->most_live[a]);
    }
    return LK_STATUS_OK;
}

/* With few rows what the ops of a chain hand each other is little, and memory is fastest when each thread
 * reads it in long runs: a few units of a product at a time, as long as there are enough for all threads. */
static int64_t units_at_once(const lk_chain *chain, int32_t threads) {
    enum { RUNS_A_THREAD = 8, LONG_RUN = 256, MOST_UNITS = 4 };
    const int64_t even = chain->units / ((int64_t)threads * RUNS_A_THREAD),
                  most = chain->slice == 0         ? MOST_UNITS
                         : chain->slice < LONG_RUN ? LONG_RUN / chain->slice
                                                   : 1;
    return even < 1 ? 1 : even < most ? even : most;
}

/* Many chunks a thread, so that the last ones, taken one by one, keep nobody waiting for long; rows of a
 * chain few at a time, so that what one op wrote is still in cache for the next. Which thread runs a unit and
 * with which neighbours never changes its result. */
static int64_t chunk_units(const lk_program *program, const lk_chain *chain) {
    enum { CHUNKS_A_THREAD = 32, MOST_CHAIN_ROWS = 8, FEW_ROWS = 4, MOST_CHUNKS = 1 << 20 };
    const int32_t threads = program->backend->threads.count;
    const lk_program_op *head = &program->ops[chain->first_op];
    int64_t units = threads == 1 ? chain->units : chain->units / ((int64_t)threads * CHUNKS_A_THREAD);
    if (lk_op_multiplies(head->impl->opcode) && head->state.rows <= FEW_ROWS)
        units = units_at_once(chain, threads);
    else if (chain->slice > 0)
        units = 1;
    else if (chain->op_count > 1 && units > MOST_CHAIN_ROWS)
        units = MOST_CHAIN_ROWS;
    const int64_t least = chain->units / MOST_CHUNKS + 1;
    return units > least ? units : least;
}

/* Rows, or what the op is cut into: of each plane. */
static int64_t units_of(const lk_program_op *op) {
    if (op->impl->by_row || op->state.rows == 0) return op->state.rows;
    return op->state.planes * op->impl->units(&op->state);
}

static int64_t slices_of(const lk_program *program, const lk_chain *chain) {
    const lk_program_op *head = &program->ops[chain->first_op];
    if (head->state.rows == 0) return 0;
    return (lk_slice_elements(head->impl->opcode, &head->state) + chain->slice - 1) / chain->slice;
}

static uint32_t chunk_count(const lk_chain *chain) {
    return (uint32_t)((chain->units + chain->chunk_units - 1) / chain->chunk_units);
}

/* The memory may have moved since the last run. */
static void give_shared(const lk_program *program, const lk_phase *phase) {
    const lk_chain *last = &program->chains[phase->first_chain + phase->chain_count - 1];
    for (int32_t o = program->chains[phase->first_chain].first_op; o < last->first_op + last->op_count; ++o) {
        lk_program_op *op = &program->ops[o];
        if (op->shared_at < 0) continue;
        op->state.shared = (uint8_t *)program->backend->shared + op->shared_at;
        memset(op->state.shared, 0, LK_SHARED_ZEROED);
    }
}

static void plan_phase(lk_program *program, lk_phase *phase, const int32_t *args) {
    phase->chunks = 0;
    for (int32_t c = phase->first_chain; c < phase->first_chain + phase->chain_count; ++c) {
        lk_chain *chain = &program->chains[c];
        for (int32_t o = chain->first_op; o < chain->first_op + chain->op_count; ++o) {
            lk_program_op *op = &program->ops[o];
            op->state.rows = op->live == LK_ARGUMENT_NONE ? op->most_rows : args[op->live];
        }
        chain->units =
            chain->slice > 0 ? slices_of(program, chain) : units_of(&program->ops[chain->first_op]);
        chain->chunk_units = chunk_units(program, chain);
        chain->first_chunk = phase->chunks;
        phase->chunks += chunk_count(chain);
    }
}

/* The last chain that begins at or before the chunk; of empty ones, which begin where the next does, the last
 * is the owner. */
static const lk_chain *chain_of(const lk_program *program, const lk_phase *phase, uint32_t chunk) {
    int32_t low = phase->first_chain, high = phase->first_chain + phase->chain_count - 1;
    while (low < high) {
        const int32_t middle = low + (high - low + 1) / 2;
        if (program->chains[middle].first_chunk <= chunk)
            low = middle;
        else
            high = middle - 1;
    }
    return &program->chains[low];
}

static void run_plane(const lk_program_op *op, int64_t plane, int64_t begin, int64_t end, void *scratch) {
    lk_op_state state = op->state;
    state.dst.data += plane * state.dst.strides[2];
    for (int i = 0; i < LK_OP_SOURCES; ++i)
        if (state.src[i].data != NULL) state.src[i].data += plane * state.src[i].strides[2];
    op->run(&state, begin, end, scratch);
}

/* Rows of every plane; of an op that is not by row, units in order of planes. */
static void run_units(const lk_program_op *op, int64_t begin, int64_t end, void *scratch) {
    if (op->state.planes == 1) {
        op->run(&op->state, begin, end, scratch);
        return;
    }
    if (op->impl->by_row) {
        for (int64_t plane = 0; plane < op->state.planes; ++plane) run_plane(op, plane, begin, end, scratch);
        return;
    }
    const int64_t units = op->impl->units(&op->state);
    while (begin < end) {
        const int64_t plane = begin / units, first = begin % units;
        const int64_t last = end - begin < units - first ? first + end - begin : units;
        run_plane(op, plane, first, last, scratch);
        begin += last - first;
    }
}

/* All of an op, reduced to the slices from begin to end. */
static void run_slices(const lk_program_op *op, int64_t slice, int64_t begin, int64_t end, void *scratch) {
    const int64_t elements = lk_slice_elements(op->impl->opcode, &op->state);
    lk_program_op sliced = *op;
    lk_slice_take(op->impl->opcode, &sliced.state, begin * slice,
                  end * slice < elements ? end * slice : elements);
    run_units(&sliced, 0, units_of(&sliced), scratch);
}

static void run_part(const lk_chain *chain, const lk_program_op *op, int64_t begin, int64_t end,
                     void *scratch) {
    if (chain->slice > 0)
        run_slices(op, chain->slice, begin, end, scratch);
    else
        run_units(op, begin, end, scratch);
}

static void run_chain(lk_program *program, const lk_chain *chain, int64_t begin, int64_t end, void *scratch) {
    for (int32_t o = chain->first_op; o < chain->first_op + chain->op_count; ++o) {
        const lk_program_op *op = &program->ops[o];
        if (!program->profiling) {
            run_part(chain, op, begin, end, scratch);
            continue;
        }
        const int64_t start = lk_os_nanoseconds();
        run_part(chain, op, begin, end, scratch);
        atomic_fetch_add_explicit(&program->nanoseconds[o], lk_os_nanoseconds() - start,
                                  memory_order_relaxed);
    }
}

/* An op alone does its chunks at once; a chain goes through all of its ops chunk by chunk. */
static void run_chunks(void *context, int32_t worker, uint32_t begin, uint32_t end) {
    lk_program *program = context;
    while (begin < end) {
        const lk_chain *chain = chain_of(program, program->running, begin);
        const uint32_t first = begin - chain->first_chunk, left = chunk_count(chain) - first;
        const uint32_t most = end - begin < left ? end - begin : left,
                       count = chain->op_count == 1 ? most : 1;
        const int64_t from = first * chain->chunk_units, to = from + count * chain->chunk_units;
        run_chain(program, chain, from, to < chain->units ? to : chain->units,
                  program->backend->scratch[worker]);
        begin += count;
    }
}

/* Rows of weights in a unit of a chain that begins with a product. */
static int64_t rows_of_unit(const lk_program_op *head, const lk_chain *chain) {
    if (chain->slice > 0) return chain->slice;
    const int64_t rows = head->state.dst.dims[0];
    return (rows + chain->units - 1) / chain->units;
}

/* The first weights of the worker's first chunk in the next phase that multiplies. Those of experts are not
 * known so early. */
static void foresee(void *context, int32_t worker, lk_ahead *ahead) {
    enum { BYTES = 131072, SPANS = sizeof(ahead->spans) / sizeof(*ahead->spans) };
    const lk_program *program = context;
    const lk_phase *phase = &program->phases[program->running->next_product];
    *ahead = (lk_ahead){0};
    if (phase->chunks == 0) return;
    const int32_t count = program->backend->threads.count;
    const uint32_t chunk = lk_threads_first_chunk(worker, count, phase->chunks);
    if (chunk >= lk_threads_first_chunk(worker + 1, count, phase->chunks)) return;
    const lk_chain *chain = chain_of(program, phase, chunk);
    const lk_program_op *head = &program->ops[chain->first_op];
    const int64_t row = (chunk - chain->first_chunk) * chain->chunk_units * rows_of_unit(head, chain);
    int32_t spans = 0;
    for (int32_t o = chain->first_op; o < chain->first_op + chain->op_count && spans < SPANS; ++o) {
        const lk_program_op *op = &program->ops[o];
        if (op->impl->opcode != LK_OPCODE_MAT_MUL) continue;
        const lk_view *weights = &op->state.src[0];
        const int64_t left = (weights->dims[1] - row) * weights->strides[1];
        ahead->spans[spans].at = weights->data + row * weights->strides[1];
        ahead->spans[spans++].bytes = left < BYTES ? left : BYTES;
    }
}

static void run_phase(lk_program *program, const lk_phase *phase) {
    program->running = phase;
    give_shared(program, phase);
    lk_threads_run(program->backend->threads.count, phase->chunks, run_chunks, foresee, program);
}

static bool is_cancelled(const lk_run *run) {
    return run->cancel != NULL && __atomic_load_n(run->cancel, __ATOMIC_RELAXED) != 0;
}

static lk_status run_phases(lk_program *program, const lk_run *run) {
    program->barrier_count = 0;
    for (int32_t p = 0; p < program->phase_count; ++p) plan_phase(program, &program->phases[p], run->args);
    for (int32_t p = 0; p < program->phase_count; ++p) {
        if (is_cancelled(run))
            return lk_fail(LK_STATUS_CANCELLED, "cancelled before phase %d of %d", p, program->phase_count);
        run_phase(program, &program->phases[p]);
        if (program->phases[p].chunks > 1) ++program->barrier_count;
    }
    return LK_STATUS_OK;
}

/* Which op met an input value outside its range; leaves no mark for the next run. */
static lk_status take_faults(lk_program *program) {
    lk_status status = LK_STATUS_OK;
    for (int32_t i = 0; i < program->op_count; ++i) {
        if (atomic_load_explicit(&program->faults[i], memory_order_relaxed) == 0) continue;
        atomic_store_explicit(&program->faults[i], 0, memory_order_relaxed);
        if (status == LK_STATUS_OK)
            status = lk_fail(LK_STATUS_INVALID_ARGUMENT,
                             "%s: an input value (id, slot, sequence or block) is out of range",
                             program->ops[i].label);
    }
    return status;
}

lk_status lk_program_submit(lk_program *program, const lk_run *run) {
    if (program == NULL || run == NULL) return lk_fail(LK_STATUS_INVALID_ARGUMENT, "submit: NULL argument");
    lk_status status = check_run(program, run);
    if (status != LK_STATUS_OK) return status;
    status = lk_threads_enter(&program->backend->threads);
    if (status != LK_STATUS_OK) return status;
    status = run_phases(program, run);
    const lk_status faults = take_faults(program);
    lk_threads_leave();
    return status != LK_STATUS_OK ? status : faults;
}
