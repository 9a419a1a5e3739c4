/* Ops whose state is a vector for each column of dst (SSM_SCAN, WKV6, WKV7, GATED_DELTA). Columns are
 * channels here, those of a head side by side; no channel's state depends on another's, so units are
 * stretches of channels. */
#ifndef LK_CHANNEL_STATES_H
#define LK_CHANNEL_STATES_H

#include "ops/runs.h"

/* Channels of a unit: with vectors of 128 their part of the state is 16 KiB. A step takes those of a head by
 * fours, to load what they share once. */
enum { LK_CHANNEL_CHUNK = 32, LK_CHANNEL_BLOCK = 4 };

typedef struct lk_channel_states {
    int source;                        /* the state's, runs being the next one */
    int64_t channels, head_dim, width; /* head_dim: channels of a head; width: of a channel's state */
} lk_channel_states;

/* Channels [begin, end), all of one head, at a row; state is that of the first. */
typedef struct lk_channel_stretch {
    int64_t row, head, begin, end, width;
    float *state;
} lk_channel_stretch;

/* Advances the states of a stretch by its row, and writes its dst. */
typedef void (*lk_channel_step_fn)(const lk_op_state *op, const lk_channel_stretch *at, void *scratch);

static inline int64_t lk_channel_units(const lk_op_state *op) {
    return (op->dst.dims[0] + LK_CHANNEL_CHUNK - 1) / LK_CHANNEL_CHUNK;
}

static inline float *lk_channel_state(const lk_channel_stretch *at, int64_t channel) {
    return at->state + (channel - at->begin) * at->width;
}

/* A row of a unit, head by head. */
__attribute__((always_inline)) static inline void lk_channel_row(const lk_op_state *op,
                                                                 const lk_channel_states *shape, int64_t row,
                                                                 int64_t begin, int64_t end, float *state,
                                                                 void *scratch, lk_channel_step_fn step) {
    for (int64_t channel = begin; channel < end;) {
        const int64_t head = channel / shape->head_dim, next = (head + 1) * shape->head_dim;
        const lk_channel_stretch at = {.row = row,
                                       .head = head,
                                       .begin = channel,
                                       .end = next < end ? next : end,
                                       .width = shape->width,
                                       .state = state + (channel - begin) * shape->width};
        step(op, &at, scratch);
        channel = at.end;
    }
}

__attribute__((always_inline)) static inline void lk_channel_walk(const lk_op_state *op,
                                                                  const lk_channel_states *shape,
                                                                  int64_t begin, int64_t end, void *scratch,
                                                                  lk_channel_step_fn step) {
    const lk_runs runs = lk_runs_of(op, shape->source);
    for (int64_t unit = begin; unit < end; unit++) {
        const int64_t first = unit * LK_CHANNEL_CHUNK, rest = shape->channels - first;
        const int64_t count = rest < LK_CHANNEL_CHUNK ? rest : LK_CHANNEL_CHUNK;
        for (int64_t s = 0; s < runs.count; s++) {
            const lk_sequence sequence = lk_sequence_of(&runs, s);
            float *state = lk_sequence_state(&sequence, first * shape->width, count * shape->width);
            for (int64_t row = sequence.first; row < sequence.end; row++)
                lk_channel_row(op, shape, row, first, first + count, state, scratch, step);
        }
    }
}

#endif
