/* What is left of a product's columns after tiles of so many: a number that the compiler must know, as it
 * knows the tile's. */
#ifndef LK_LAST_COLUMNS_H
#define LK_LAST_COLUMNS_H

/* Does `work`, in which `last` is the number `left`: 1 to 5, and less than `tile`, which is a constant. Other
 * numbers do nothing. */
#define LK_LAST_COLUMNS(left, tile, work)                                                                    \
    switch (left) {                                                                                          \
        LK_LAST_OF(1, tile, work)                                                                            \
        LK_LAST_OF(2, tile, work)                                                                            \
        LK_LAST_OF(3, tile, work)                                                                            \
        LK_LAST_OF(4, tile, work)                                                                            \
        LK_LAST_OF(5, tile, work)                                                                            \
    default:                                                                                                 \
        break;                                                                                               \
    }

#define LK_LAST_OF(number, tile, work)                                                                       \
    case number:                                                                                             \
        if ((number) < (tile)) {                                                                             \
            enum { last = number };                                                                          \
            work;                                                                                            \
        }                                                                                                    \
        break;

#endif
