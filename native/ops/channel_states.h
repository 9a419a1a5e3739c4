/* Ops whose state is a vector for each column of dst (SSM_SCAN, WKV6, WKV7, GATED_DELTA). Columns are
 * channels here, those of a head side by side; no channel's state depends on another's, so units are
 * stretches of channels. */
#ifndef LK_CHANNEL_STATES_H
#define LK_CHANNEL_STATES_H

#include "ops/runs.h"

/* Inlined, so that the step is no call. */
#define LK_CHANNEL_INLINE __attribute__((always_inline)) static inline

/* Channels of a unit: with vectors of 128 their part of the state is 16 KiB. A step takes those of a head by
 * fours, to load what they share once. */
enum { LK_CHANNEL_CHUNK = 32, LK_CHANNEL_BLOCK = 4 };

typedef struct lk_channel_states {
    int source;                        /* the state's, runs being the next one */
    int64_t channels, head_dim, width; /* head_dim: channels of a head; width: of a channel's state */
} lk_channel_states;

/* Channels [begin, end) at a row, the first of them of this head; state is that channel's. */
typedef struct lk_channel_stretch {
    int64_t row, head, begin, end, width;
    float *state;
} lk_channel_stretch;

/* Advances the states of a stretch by its row, and writes its dst. */
typedef void (*lk_channel_step_fn)(const lk_op_state *op, const lk_channel_stretch *at);

static inline int64_t lk_channel_units(const lk_op_state *op) {
    return (op->dst.dims[0] + LK_CHANNEL_CHUNK - 1) / LK_CHANNEL_CHUNK;
}

static inline float *lk_channel_state(const lk_channel_stretch *at, int64_t channel) {
    return at->state + (channel - at->begin) * at->width;
}

/* Takes a stretch apart into those of a head each. */
LK_CHANNEL_INLINE void lk_channel_heads(const lk_op_state *op, const lk_channel_stretch *at, int64_t head_dim,
                                        lk_channel_step_fn step) {
    lk_channel_stretch part = *at;
    for (; part.begin < at->end; part.begin = part.end, part.head++) {
        const int64_t next = (part.head + 1) * head_dim;
        part.end = next < at->end ? next : at->end;
        part.state = lk_channel_state(at, part.begin);
        step(op, &part);
    }
}

/* Walks the rows of every sequence in order, for the channels of each unit. */
LK_CHANNEL_INLINE void lk_channel_walk(const lk_op_state *op, const lk_channel_states *shape, int64_t begin,
                                       int64_t end, lk_channel_step_fn step) {
    const lk_runs runs = lk_runs_of(op, shape->source);
    for (int64_t unit = begin; unit < end; unit++) {
        lk_channel_stretch at = {.begin = unit * LK_CHANNEL_CHUNK, .width = shape->width};
        const int64_t rest = shape->channels - at.begin;
        const int64_t count = rest < LK_CHANNEL_CHUNK ? rest : LK_CHANNEL_CHUNK;
        at.end = at.begin + count;
        at.head = at.begin / shape->head_dim;
        for (int64_t s = 0; s < runs.count; s++) {
            const lk_sequence sequence = lk_sequence_of(&runs, s);
            at.state = lk_sequence_state(&sequence, at.begin * at.width, count * at.width);
            for (at.row = sequence.first; at.row < sequence.end; at.row++) step(op, &at);
        }
    }
}

#endif
