/* lk_panel_kind of the types whose panels are quants: weights that share a scale, those that share a minimum,
 * the offset and the largest q. Folded kinds have quants times the scales of 16 weights; 256 share what is
 * left. */
#ifndef LK_KINDS_H
#define LK_KINDS_H

#define LK_KIND_q4_0                                                                                         \
    { 32, 0, 8, 15 }
#define LK_KIND_q4_1                                                                                         \
    { 32, 32, 0, 15 }
#define LK_KIND_q5_0                                                                                         \
    { 32, 0, 16, 31 }
#define LK_KIND_q5_1                                                                                         \
    { 32, 32, 0, 31 }
#define LK_KIND_q8_0                                                                                         \
    { 32, 0, 128, 255 }
#define LK_KIND_q2_k                                                                                         \
    { 16, 16, 0, 3 }
#define LK_KIND_q3_k                                                                                         \
    { 16, 0, 4, 7 }
#define LK_KIND_q2_k_folded                                                                                  \
    { 32, 16, 0, 45 }
#define LK_KIND_q3_k_folded                                                                                  \
    { 32, 0, 127, 255 }
#define LK_KIND_q4_k                                                                                         \
    { 32, 32, 0, 15 }
#define LK_KIND_q5_k                                                                                         \
    { 32, 32, 0, 31 }
#define LK_KIND_q6_k                                                                                         \
    { 16, 0, 32, 63 }
#define LK_KIND_iq4_nl                                                                                       \
    { 32, 0, 128, 255 }
#define LK_KIND_iq4_xs                                                                                       \
    { 32, 0, 128, 255 }
#define LK_KIND_mxfp4                                                                                        \
    { 32, 0, 12, 24 }
#define LK_KIND_iq2_xxs                                                                                      \
    { 32, 0, 43, 86 }
#define LK_KIND_iq2_xs                                                                                       \
    { 16, 0, 43, 86 }
#define LK_KIND_iq2_s                                                                                        \
    { 16, 0, 43, 86 }
#define LK_KIND_iq3_xxs                                                                                      \
    { 32, 0, 62, 124 }
#define LK_KIND_iq3_s                                                                                        \
    { 32, 0, 15, 30 }
#define LK_KIND_iq1_s                                                                                        \
    { 32, 0, 9, 18 }
#define LK_KIND_iq1_m                                                                                        \
    { 16, 0, 9, 18 }
#define LK_KIND_tq1_0                                                                                        \
    { 32, 0, 1, 2 }
#define LK_KIND_tq2_0                                                                                        \
    { 32, 0, 1, 3 }

#endif
