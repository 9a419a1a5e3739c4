#include "types/iq_near.h"
#include "core/os.h"
#include "types/iq_grids.h"
#include <stdatomic.h>
#include <stdbool.h>
#include <string.h>

enum { MOST_POINTS = 2048, HALVES = 256, PLACES_2 = 1 << 16, PLACES_3 = 1 << 12 };

/* How long each grid's lists are together: facts of the grids, which check_iq_near.c holds. */
enum {
    NEAR_1 = 343304,
    NEAR_2_XXS = 135360,
    NEAR_2_XS = 203376,
    NEAR_2_S = 69064,
    NEAR_3_XXS = 34304,
    NEAR_3_S = 36456
};

typedef struct grid_facts {
    const void *points;
    int count;     /* of points */
    int bits;      /* a coordinate: 2 (8 bytes a point) or 3 (4 bytes) */
    int levels;    /* of a coordinate */
    int divisor;   /* of a point's bytes: 0, 1, ... times it, and a little more, are the levels */
    int distances; /* how many count as near */
    int length;    /* of the lists */
    int32_t *places;
    uint16_t *codes;
} grid_facts;

static int32_t places_1[PLACES_2], places_2_xxs[PLACES_2], places_2_xs[PLACES_2], places_2_s[PLACES_2];
static int32_t places_3_xxs[PLACES_3], places_3_s[PLACES_3];
static uint16_t near_1[NEAR_1], near_2_xxs[NEAR_2_XXS], near_2_xs[NEAR_2_XS], near_2_s[NEAR_2_S];
static uint16_t near_3_xxs[NEAR_3_XXS], near_3_s[NEAR_3_S];

static const grid_facts grids[LK_IQ_GRID_COUNT] = {
    [LK_IQ_GRID_1] = {lk_iq1_grid, 2048, 2, 3, 1, 3, NEAR_1, places_1, near_1},
    [LK_IQ_GRID_2_XXS] = {lk_iq2_xxs_grid, 256, 2, 3, 17, 2, NEAR_2_XXS, places_2_xxs, near_2_xxs},
    [LK_IQ_GRID_2_XS] = {lk_iq2_xs_grid, 512, 2, 3, 17, 2, NEAR_2_XS, places_2_xs, near_2_xs},
    [LK_IQ_GRID_2_S] = {lk_iq2_s_grid, 1024, 2, 3, 17, 1, NEAR_2_S, places_2_s, near_2_s},
    [LK_IQ_GRID_3_XXS] = {lk_iq3_xxs_grid, 256, 3, 8, 8, 2, NEAR_3_XXS, places_3_xxs, near_3_xxs},
    [LK_IQ_GRID_3_S] = {lk_iq3_s_grid, 512, 3, 8, 1, 3, NEAR_3_S, places_3_s, near_3_s},
};

static uint16_t code_of(const grid_facts *grid, int point) {
    const int coordinates = lk_iq_coordinates(grid->bits);
    const uint8_t *bytes = (const uint8_t *)grid->points + point * coordinates;
    int code = 0;
    for (int i = 0; i < coordinates; i++) code |= bytes[i] / grid->divisor << grid->bits * i;
    return (uint16_t)code;
}

/* The vectors that rounding can give. */
static bool can_occur(const grid_facts *grid, int code) {
    for (; code > 0; code >>= grid->bits)
        if ((code & ((1 << grid->bits) - 1)) >= grid->levels) return false;
    return true;
}

/* Squared distances of all halves of codes from one, so that a code's distance from a point is the sum of
 * two. */
static void measure_halves(uint8_t *distance, const grid_facts *grid, int half) {
    const int width = grid->bits == 2 ? 8 : 6;
    for (int other = 0; other < 1 << width; other++) {
        int sum = 0;
        for (int i = 0; i < width; i += grid->bits) {
            const int mask = (1 << grid->bits) - 1, difference = (half >> i & mask) - (other >> i & mask);
            sum += difference * difference;
        }
        distance[other] = (uint8_t)sum;
    }
}

/* Appends the codes near one to the list; returns their number, rounded up to eights. */
static int append_near(uint16_t *list, const grid_facts *grid, const uint16_t *points, int code) {
    const int width = grid->bits == 2 ? 8 : 6;
    uint8_t low[HALVES], high[HALVES], distance[MOST_POINTS];
    bool occurs[256] = {false};
    measure_halves(low, grid, code & ((1 << width) - 1));
    measure_halves(high, grid, code >> width);
    for (int p = 0; p < grid->count; p++) {
        distance[p] = (uint8_t)(low[points[p] & ((1 << width) - 1)] + high[points[p] >> width]);
        occurs[distance[p]] = true;
    }
    int length = 0;
    for (int d = 0, found = 0; d < 256 && found < grid->distances; d++) {
        if (!occurs[d]) continue;
        found++;
        for (int p = 0; p < grid->count; p++)
            if (distance[p] == d) list[length++] = points[p];
    }
    for (; length % 8 != 0; length++) list[length] = list[length - 1];
    return length;
}

static void make(const grid_facts *grid) {
    const int codes = grid->bits == 2 ? PLACES_2 : PLACES_3;
    uint16_t points[MOST_POINTS];
    memset(grid->places, -1, (size_t)codes * sizeof *grid->places);
    for (int p = 0; p < grid->count; p++) {
        points[p] = code_of(grid, p);
        grid->places[points[p]] = p;
    }
    int length = 0;
    for (int code = 0; code < codes; code++) {
        if (grid->places[code] >= 0 || !can_occur(grid, code)) continue;
        const int added = append_near(grid->codes + length, grid, points, code);
        grid->places[code] = ~(length / 8 << 8 | added / 8);
        length += added;
    }
}

const lk_iq_near *lk_iq_near_of(lk_iq_grid grid) {
    enum { NONE, IN_WORK, MADE };
    static _Atomic int states[LK_IQ_GRID_COUNT];
    static lk_iq_near made[LK_IQ_GRID_COUNT];
    int state = atomic_load_explicit(&states[grid], memory_order_acquire);
    if (state == NONE && atomic_compare_exchange_strong(&states[grid], &state, IN_WORK)) {
        make(&grids[grid]);
        made[grid] = (lk_iq_near){grids[grid].places, grids[grid].codes, grids[grid].length};
        atomic_store_explicit(&states[grid], MADE, memory_order_release);
    }
    while (atomic_load_explicit(&states[grid], memory_order_acquire) != MADE) lk_os_yield();
    return &made[grid];
}
