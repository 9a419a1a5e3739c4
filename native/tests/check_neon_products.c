/* What multiplies bytes on 64-bit ARM: smlal, sdot and usmmla, whichever this processor has. Integer sums are
 * exact and their scales are applied in one order, so all give the same bits. */
#include "tests/check.h"

#if defined(__aarch64__)
#include "core/cpu_features.h"
#include "tests/guarded.h"
#include "tests/weights.h"
#include "types/panel.h"
#include <string.h>

enum { CHUNKS = 2, LENGTH = CHUNKS * LK_PANEL_LENGTH, MOST_COLUMNS = 13 };

typedef struct subject {
    const lk_type_kernels *type;
    lk_panel panels[CHUNKS];
    uint8_t x[MOST_COLUMNS][LENGTH / LK_BLOCK_LENGTH_A8 * LK_BLOCK_BYTES_A8];
} subject;

static void fill(subject *s, const lk_type_kernels *type) {
    random_state random = check_random(type->name);
    const size_t bytes = (size_t)(LK_PANEL_ROWS * lk_row_bytes(type->type, LENGTH));
    guarded rows = guarded_create(bytes, 0), panels = guarded_create(bytes, 0);
    weights_fill(rows.data, type, LK_PANEL_ROWS * LENGTH, &random);
    lk_panels_from_rows(type, panels.data, rows.data, LK_PANEL_ROWS, LENGTH);
    for (int i = 0; i < CHUNKS; ++i)
        type->unpack[LK_ISA_NEON](&s->panels[i], panels.data + i * lk_chunk_bytes(type, LK_PANEL_LENGTH),
                                  LK_PANEL_LENGTH);
    for (int c = 0; c < MOST_COLUMNS; ++c) activations_fill(s->x[c], LK_TYPE_A8, LENGTH, &random);
    s->type = type;
    guarded_free(&rows);
    guarded_free(&panels);
}

static void multiply(const subject *s, const lk_panel_products *products, float *dst, int32_t n,
                     int32_t columns, int32_t planes) {
    const lk_panel_product product = {.kind = s->type->layout->panel,
                                      .panels = s->panels,
                                      .panel_count = 1,
                                      .n = n,
                                      .x = s->x[0],
                                      .x_stride = sizeof(s->x[0]),
                                      .columns = columns,
                                      .planes = planes,
                                      .dst = dst,
                                      .dst_stride = LK_PANEL_ROWS};
    products->multiply(&product);
}

static void check_same(const subject *s, const lk_panel_products *products, const char *name) {
    static const int32_t lengths[] = {32, 224, 256, 288, 512};
    for (size_t i = 0; i < sizeof(lengths) / sizeof(*lengths); ++i)
        for (int32_t columns = 1; columns <= MOST_COLUMNS; ++columns)
            for (int32_t planes = 1; planes <= 2 - columns % 2; ++planes) {
                float expected[MOST_COLUMNS * LK_PANEL_ROWS], found[MOST_COLUMNS * LK_PANEL_ROWS];
                for (int j = 0; j < MOST_COLUMNS * LK_PANEL_ROWS; ++j) expected[j] = found[j] = (float)j;
                multiply(s, &lk_panel_products_neon, expected, lengths[i], columns, planes);
                multiply(s, products, found, lengths[i], columns, planes);
                check_that(memcmp(expected, found, sizeof(found)) == 0,
                           "%s %s: %d columns, %d planes, k %d: other bits than smlal's", s->type->name, name,
                           columns, planes, lengths[i]);
            }
}

void check_neon_products(const lk_type_kernels *type) {
    if (!check_has(LK_ISA_NEON) || type->block_length == 1) return;
    subject s;
    fill(&s, type);
    if (lk_cpu_has_dotprod()) check_same(&s, &lk_panel_products_neon_dotprod, "sdot");
    if (lk_cpu_has_dotprod() && lk_cpu_has_i8mm()) check_same(&s, &lk_panel_products_neon_i8mm, "usmmla");
}
#else
void check_neon_products(const lk_type_kernels *type) {
    (void)type;
}
#endif
