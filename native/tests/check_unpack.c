/* Every unpacker of every ISA: its panel is the weights, exactly. */
#include "core/cpu_features.h"
#include "tests/check.h"
#include "tests/guarded.h"
#include "tests/weights.h"
#include "types/panel.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { TURNS = 24 };

/* Lengths of chunks; the blocks of a type must fit. */
static const int32_t lengths[] = {32, 64, 96, 224, 256};

static bool fits(const lk_type_kernels *type, int32_t n) {
    return n % type->block_length == 0;
}

/* 16 rows of n weights, in GGUF's order and as numbers. */
typedef struct rows {
    const lk_type_kernels *type;
    int32_t n;
    int64_t stride;
    uint8_t *blocks;
    float values[LK_PANEL_ROWS][LK_PANEL_LENGTH];
} rows;

/* wild: any bytes, so that scales may be subnormal, infinite or no number. */
static void rows_fill(rows *made, const lk_type_kernels *type, int32_t n, bool wild, random_state *random) {
    made->type = type;
    made->n = n;
    made->stride = lk_row_bytes(type->type, n);
    made->blocks = malloc((size_t)(LK_PANEL_ROWS * made->stride));
    weights_fill(made->blocks, type, (int64_t)LK_PANEL_ROWS * n, random);
    for (int64_t i = 0; wild && i < LK_PANEL_ROWS * made->stride; ++i)
        made->blocks[i] = (uint8_t)random_bits(random);
    for (int r = 0; r < LK_PANEL_ROWS; ++r)
        type->dequantize(made->values[r], made->blocks + r * made->stride, n);
}

/* Weight k of row r, rounded once, as dequantizing rounds it. */
static float weight_at(const lk_panel_kind *kind, const void *panel, int r, int32_t k) {
    const lk_panel *quantized = panel;
    const double q = quantized->q[k / 4][r][k % 4] - kind->offset;
    const double minimum = kind->minimums ? quantized->minimum[k / kind->minimums][r] : 0;
    return (float)(quantized->scale[k / kind->group][r] * q + minimum);
}

static bool same(float a, float b) {
    return a == b || (isnan(a) && isnan(b));
}

static int32_t wrong_weights(const rows *in, const lk_panel_kind *kind, const void *panel) {
    int32_t wrong = 0;
    for (int r = 0; r < LK_PANEL_ROWS; ++r)
        for (int32_t k = 0; k < in->n; ++k)
            if (!same(weight_at(kind, panel, r, k), in->values[r][k])) ++wrong;
    return wrong;
}

/* What the products count on: no q is above the kind's largest, and times a scale 1.5 is exact. */
static bool keeps_kind(const rows *in, const lk_panel_kind *kind, const lk_panel *panel) {
    for (int r = 0; r < LK_PANEL_ROWS; ++r) {
        for (int32_t k = 0; k < in->n; ++k)
            if (panel->q[k / 4][r][k % 4] > kind->most) return false;
        for (int32_t g = 0; g < in->n / kind->group; ++g) {
            uint32_t bits;
            memcpy(&bits, &panel->scale[g][r], sizeof bits);
            if (bits & 15) return false;
        }
    }
    return true;
}

static void check_chunk(const lk_type_kernels *type, lk_isa isa, lk_unpack_fn unpack, int32_t n, bool wild,
                        random_state *random) {
    const lk_panel_kind *kind = lk_type_panel(type, isa);
    rows *in = malloc(sizeof *in);
    rows_fill(in, type, n, wild, random);
    guarded chunk = guarded_create((size_t)lk_chunk_bytes(type, n), 2);
    guarded panel = guarded_create(sizeof(lk_panel), 0);
    lk_chunk_from_rows(type, chunk.data, in->blocks, in->stride, LK_PANEL_ROWS, n);
    unpack(panel.data, chunk.data, n);
    const int32_t wrong = wrong_weights(in, kind, panel.data);
    check_that(wrong == 0, "%s %s, %d weights: %d of the panel's are others", type->name, lk_isa_name(isa), n,
               wrong);
    check_that(keeps_kind(in, kind, (const lk_panel *)(const void *)panel.data),
               "%s %s, %d weights: a quant is too large or a scale too precise", type->name, lk_isa_name(isa),
               n);
    check_that(guarded_intact(&panel) && guarded_intact(&chunk), "%s %s, %d weights: wrote outside the panel",
               type->name, lk_isa_name(isa), n);
    guarded_free(&panel);
    guarded_free(&chunk);
    free(in->blocks);
    free(in);
}

static void check_unpacker(const lk_type_kernels *type, lk_isa isa, lk_unpack_fn unpack) {
    random_state random = check_random(type->name);
    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; ++i) {
        if (!fits(type, lengths[i])) continue;
        for (int turn = 0; turn < TURNS; ++turn)
            check_chunk(type, isa, unpack, lengths[i], turn % 2 != 0, &random);
    }
}

static void check_type(const lk_type_kernels *type) {
    for (int isa = 0; isa < LK_ISA_COUNT; ++isa) {
        if (!check_has((lk_isa)isa) || type->unpack[isa] == NULL) continue;
        const lk_unpack_fn best = lk_type_unpack(type, (lk_isa)isa);
        check_unpacker(type, (lk_isa)isa, type->unpack[isa]);
        if (best != type->unpack[isa]) check_unpacker(type, (lk_isa)isa, best);
    }
}

void check_unpack(void) {
#define LK_TYPE(NAME, value, lower, length, bytes, avx2, avx512, neon) check_type(lk_type_find(value));
#include "lk_types.inc"
#undef LK_TYPE
}
