/* What the unpackers share: include after an unpack_<isa>.h. They go over the lanes of a panel's 16 rows a
 * vector at a time; `lane` is the first row of one. */
#ifndef LK_UNPACK_H
#define LK_UNPACK_H

#include "types/layout.h"

#define LK_FOR_LANES(lane) for (int lane = 0; lane < LK_PANEL_ROWS; lane += LK_LANES)

/* Unit i, of 4 bytes a row, of a field. */
LK_INLINE lk_words lk_load_unit(const uint8_t *field, int i, int lane) {
    return *(const lk_words *)(field + 64 * i + 4 * lane);
}

/* Quants 4 g to 4 g + 3 of each row. */
LK_INLINE void lk_store_quants(lk_panel *panel, int g, int lane, lk_words q) {
    *(lk_words *)(void *)panel->q[g][lane] = q;
}

LK_INLINE void lk_store_scales(lk_panel *panel, int group, int lane, lk_floats scale) {
    *(lk_floats *)(void *)&panel->scale[group][lane] = scale;
}

LK_INLINE void lk_store_minimums(lk_panel *panel, int group, int lane, lk_floats minimum) {
    *(lk_floats *)(void *)&panel->minimum[group][lane] = minimum;
}

/* The low nibbles of 16 bytes a row from unit u on are quants 16 to 4 g, ... : groups of 4 from g on, the
 * high ones from h on. */
LK_INLINE void lk_unpack_nibbles(lk_panel *panel, const uint8_t *field, const int units, int g, int h) {
    for (int i = 0; i < units; i++) LK_FOR_LANES(lane) {
            const lk_words both = lk_load_unit(field, i, lane);
            lk_store_quants(panel, g + i, lane, both & 0x0f0f0f0f);
            lk_store_quants(panel, h + i, lane, both >> 4 & 0x0f0f0f0f);
        }
}

#endif
