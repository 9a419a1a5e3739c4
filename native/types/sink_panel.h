/* A panel in memory as the sink of an unpacker. */
#ifndef LK_SINK_H
#define LK_SINK_H

#include "types/panel.h"

typedef lk_panel lk_sink;

LK_INLINE int lk_first_lane(const lk_sink *sink) {
    (void)sink;
    return 0;
}

LK_INLINE int lk_end_lane(const lk_sink *sink) {
    (void)sink;
    return LK_PANEL_ROWS;
}

/* Quants 4 g to 4 g + 3 of each row. */
LK_INLINE void lk_store_quants(lk_sink *sink, int g, int lane, lk_words q) {
    *(lk_words *)(void *)sink->q[g][lane] = q;
}

LK_INLINE void lk_store_scales(lk_sink *sink, int group, int lane, lk_floats scale) {
    *(lk_floats *)(void *)&sink->scale[group][lane] = scale;
}

LK_INLINE void lk_store_minimums(lk_sink *sink, int group, int lane, lk_floats minimum) {
    *(lk_floats *)(void *)&sink->minimum[group][lane] = minimum;
}

#endif
