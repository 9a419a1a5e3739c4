/* The lists of points near: against all distances measured one by one, and made once however many threads ask
 * first. */
#include "tests/check.h"
#include "core/os.h"
#include "types/iq_grids.h"
#include "types/iq_near.h"
#include <string.h>

enum { SAMPLES = 300, MOST_POINTS = 2048 };

typedef struct grid_case {
    lk_iq_grid grid;
    const void *points;
    int count, bits, levels;
    int distances; /* how many count as near */
    int values[8]; /* the bytes of a point, by level */
} grid_case;

static const grid_case cases[] = {
    {LK_IQ_GRID_1, lk_iq1_grid, 2048, 2, 3, 3, {0, 1, 2}},
    {LK_IQ_GRID_2_XXS, lk_iq2_xxs_grid, 256, 2, 3, 2, {8, 25, 43}},
    {LK_IQ_GRID_2_XS, lk_iq2_xs_grid, 512, 2, 3, 2, {8, 25, 43}},
    {LK_IQ_GRID_2_S, lk_iq2_s_grid, 1024, 2, 3, 1, {8, 25, 43}},
    {LK_IQ_GRID_3_XXS, lk_iq3_xxs_grid, 256, 3, 8, 2, {4, 12, 20, 28, 36, 44, 52, 62}},
    {LK_IQ_GRID_3_S, lk_iq3_s_grid, 512, 3, 8, 3, {0, 1, 2, 3, 4, 5, 6, 7}},
};

static int level_of(const grid_case *c, int point, int coordinate) {
    const int byte = ((const uint8_t *)c->points)[point * lk_iq_coordinates(c->bits) + coordinate];
    for (int level = 0; level < c->levels; level++)
        if (c->values[level] == byte) return level;
    return -1;
}

static int code_of(const grid_case *c, const int *levels) {
    int code = 0;
    for (int i = 0; i < lk_iq_coordinates(c->bits); i++) code |= levels[i] << c->bits * i;
    return code;
}

static int distance(const grid_case *c, int point, const int *levels) {
    int sum = 0;
    for (int i = 0; i < lk_iq_coordinates(c->bits); i++) {
        const int difference = level_of(c, point, i) - levels[i];
        sum += difference * difference;
    }
    return sum;
}

/* The numbers of points at exactly d, in their order, behind those there are. */
static int append_at(const grid_case *c, int *list, int length, const int *distances, int d) {
    for (int p = 0; p < c->count; p++)
        if (distances[p] == d) list[length++] = p;
    return length;
}

static void check_vector(const grid_case *c, const lk_iq_near *near, const int *levels) {
    int distances[MOST_POINTS], expected[MOST_POINTS], eights, length = 0;
    for (int p = 0; p < c->count; p++) distances[p] = distance(c, p, levels);
    const int code = code_of(c, levels);
    const int32_t place = near->places[code];
    if (place >= 0) {
        check_that(place < c->count && distances[place] == 0, "near %d: code %d is not point %d", c->grid,
                   code, place);
        return;
    }
    for (int d = 0, found = 0; found < c->distances && d < 256; d++) {
        const int before = length;
        length = append_at(c, expected, length, distances, d);
        found += length > before;
    }
    const uint16_t *codes = lk_iq_near_codes(near, place, &eights);
    bool equal = distances[expected[0]] > 0 && 8 * eights == (length + 7) / 8 * 8 &&
                 codes + 8 * eights <= near->codes + near->length;
    for (int i = 0; equal && i < 8 * eights; i++)
        equal = near->places[codes[i]] == expected[i < length ? i : length - 1];
    check_that(equal, "near %d: the points near code %d", c->grid, code);
}

/* All that rounding gives has a place, and the lists end where their memory does. */
static void check_extent(const grid_case *c, const lk_iq_near *near) {
    int32_t end = 0;
    for (int code = 0; code < 1 << c->bits * lk_iq_coordinates(c->bits); code++) {
        int eights, levels = 0;
        for (int rest = code; rest > 0; rest >>= c->bits)
            if ((rest & ((1 << c->bits) - 1)) > levels) levels = rest & ((1 << c->bits) - 1);
        if (levels >= c->levels || near->places[code] >= 0) continue;
        const uint16_t *codes = lk_iq_near_codes(near, near->places[code], &eights);
        const int32_t last = (int32_t)(codes - near->codes) + 8 * eights;
        end = last > end ? last : end;
    }
    check_that(end == near->length, "near %d: the lists end at %d of %d", c->grid, end, near->length);
}

enum { THREADS = 4 };

typedef struct askers {
    lk_os_monitor *monitor;
    _Atomic int asked, right;
} askers;

/* Its thread must not end: it sleeps. */
static void ask(void *context) {
    askers *all = context;
    const lk_iq_near *near = lk_iq_near_of(LK_IQ_GRID_1);
    const bool right = near->places[0] == 0 && near->places[(1 << 16) - 1] < 0 && near->length > 0;
    atomic_fetch_add(&all->right, right);
    atomic_fetch_add(&all->asked, 1);
    lk_os_monitor_enter(all->monitor);
    for (;;) lk_os_monitor_wait(all->monitor);
}

static void check_first_call(void) {
    static askers all;
    all.monitor = lk_os_monitor_create();
    if (!check_that(all.monitor != NULL, "near: no monitor")) return;
    int started = 0;
    while (started < THREADS && lk_os_thread_start(ask, &all) == 0) started++;
    check_that(started == THREADS, "near: %d of %d threads started", started, THREADS);
    while (atomic_load(&all.asked) < started) lk_os_yield();
    check_that(atomic_load(&all.right) == started, "near: a thread saw lists that were not made");
}

void check_iq_near(void) {
    check_first_call();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const grid_case *c = &cases[i];
        const lk_iq_near *near = lk_iq_near_of(c->grid);
        random_state random = check_random("near");
        check_extent(c, near);
        for (int n = 0; n < SAMPLES; n++) {
            int levels[8];
            for (int k = 0; k < lk_iq_coordinates(c->bits); k++) levels[k] = random_below(&random, c->levels);
            check_vector(c, near, levels);
        }
    }
}
