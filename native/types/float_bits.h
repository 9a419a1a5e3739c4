/* Integer sums begin at a float's bits: those of LK_LARGE + s are those of LK_LARGE plus s, for |s| < 2^22.
 * So a sum becomes a float without an instruction, and one fused multiply-subtract takes scale LK_LARGE from
 * it times the scale: scale s, rounded once, since scale LK_LARGE is exact (lk_panel has scales of few bits).
 */
#ifndef LK_FLOAT_BITS_H
#define LK_FLOAT_BITS_H

#define LK_LARGE 0x1.8p23f
enum { LK_LARGE_BITS = 0x4b400000 };

#endif
