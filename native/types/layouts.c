#include "types/layout.h"
#include "types/kinds.h"
#include "types/iq1_m/block.h"
#include "types/iq1_s/block.h"
#include "types/iq2_s/block.h"
#include "types/iq2_xs/block.h"
#include "types/iq2_xxs/block.h"
#include "types/iq3_s/block.h"
#include "types/iq3_xxs/block.h"
#include "types/iq4_nl/block.h"
#include "types/iq4_xs/block.h"
#include "types/mxfp4/block.h"
#include "types/q2_k/block.h"
#include "types/q3_k/block.h"
#include "types/q4_0/block.h"
#include "types/q4_1/block.h"
#include "types/q4_k/block.h"
#include "types/q5_0/block.h"
#include "types/q5_1/block.h"
#include "types/q5_k/block.h"
#include "types/q6_k/block.h"
#include "types/q8_0/block.h"
#include "types/tq1_0/block.h"
#include "types/tq2_0/block.h"

#define FIELD(lower, name, unit)                                                                             \
    { (int32_t) offsetof(lk_block_##lower, name), (int32_t)sizeof(((lk_block_##lower *)0)->name), unit }
/* Of the panels: weights that share a scale, those that share a minimum, the offset and the largest q. Quants
 * come in units of 4, the numbers of a row that one product takes, BF16 in pairs for the same reason. */
const lk_weight_layout lk_f32_layout = {{1, 0, 0, 0}, {{0, 4, 4}}};
const lk_weight_layout lk_f16_layout = {{1, 0, 0, 0}, {{0, 2, 2}}};
const lk_weight_layout lk_bf16_layout = {{1, 0, 0, 0}, {{0, 2, 4}}};
const lk_weight_layout lk_q4_0_layout = {LK_KIND_q4_0, {FIELD(q4_0, qs, 4), FIELD(q4_0, d, 2)}};
const lk_weight_layout lk_q4_1_layout = {LK_KIND_q4_1,
                                         {FIELD(q4_1, qs, 4), FIELD(q4_1, d, 2), FIELD(q4_1, m, 2)}};
const lk_weight_layout lk_q5_0_layout = {LK_KIND_q5_0,
                                         {FIELD(q5_0, qs, 4), FIELD(q5_0, qh, 4), FIELD(q5_0, d, 2)}};
const lk_weight_layout lk_q5_1_layout = {
    LK_KIND_q5_1, {FIELD(q5_1, qs, 4), FIELD(q5_1, qh, 4), FIELD(q5_1, d, 2), FIELD(q5_1, m, 2)}};
const lk_weight_layout lk_q8_0_layout = {LK_KIND_q8_0, {FIELD(q8_0, qs, 4), FIELD(q8_0, d, 2)}};
const lk_weight_layout lk_q2_k_layout = {
    LK_KIND_q2_k, {FIELD(q2_k, qs, 4), FIELD(q2_k, scales, 4), FIELD(q2_k, d, 2), FIELD(q2_k, dmin, 2)}};
const lk_weight_layout lk_q3_k_layout = {
    LK_KIND_q3_k, {FIELD(q3_k, qs, 4), FIELD(q3_k, hmask, 4), FIELD(q3_k, scales, 4), FIELD(q3_k, d, 2)}};
const lk_weight_layout lk_q4_k_layout = {
    LK_KIND_q4_k, {FIELD(q4_k, qs, 4), FIELD(q4_k, scales, 4), FIELD(q4_k, d, 2), FIELD(q4_k, dmin, 2)}};
const lk_weight_layout lk_q5_k_layout = {LK_KIND_q5_k,
                                         {FIELD(q5_k, qs, 4), FIELD(q5_k, qh, 4), FIELD(q5_k, scales, 4),
                                          FIELD(q5_k, d, 2), FIELD(q5_k, dmin, 2)}};
const lk_weight_layout lk_q6_k_layout = {
    LK_KIND_q6_k, {FIELD(q6_k, ql, 4), FIELD(q6_k, qh, 4), FIELD(q6_k, scales, 4), FIELD(q6_k, d, 2)}};
const lk_weight_layout lk_iq4_nl_layout = {LK_KIND_iq4_nl, {FIELD(iq4_nl, qs, 4), FIELD(iq4_nl, d, 2)}};
const lk_weight_layout lk_iq4_xs_layout = {
    LK_KIND_iq4_xs,
    {FIELD(iq4_xs, qs, 4), FIELD(iq4_xs, scales_l, 4), FIELD(iq4_xs, scales_h, 2), FIELD(iq4_xs, d, 2)}};
const lk_weight_layout lk_mxfp4_layout = {LK_KIND_mxfp4, {FIELD(mxfp4, qs, 4), FIELD(mxfp4, e, 1)}};
const lk_weight_layout lk_iq2_xxs_layout = {LK_KIND_iq2_xxs,
                                            {FIELD(iq2_xxs, groups, 4), FIELD(iq2_xxs, d, 2)}};
const lk_weight_layout lk_iq2_xs_layout = {
    LK_KIND_iq2_xs, {FIELD(iq2_xs, qs, 4), FIELD(iq2_xs, scales, 4), FIELD(iq2_xs, d, 2)}};
const lk_weight_layout lk_iq2_s_layout = {LK_KIND_iq2_s,
                                          {FIELD(iq2_s, qs, 4), FIELD(iq2_s, signs, 4), FIELD(iq2_s, qh, 4),
                                           FIELD(iq2_s, scales, 4), FIELD(iq2_s, d, 2)}};
const lk_weight_layout lk_iq3_xxs_layout = {
    LK_KIND_iq3_xxs, {FIELD(iq3_xxs, qs, 4), FIELD(iq3_xxs, signs_scale, 4), FIELD(iq3_xxs, d, 2)}};
const lk_weight_layout lk_iq3_s_layout = {LK_KIND_iq3_s,
                                          {FIELD(iq3_s, qs, 4), FIELD(iq3_s, signs, 4), FIELD(iq3_s, qh, 4),
                                           FIELD(iq3_s, scales, 4), FIELD(iq3_s, d, 2)}};
const lk_weight_layout lk_iq1_s_layout = {LK_KIND_iq1_s,
                                          {FIELD(iq1_s, qs, 4), FIELD(iq1_s, qh, 2), FIELD(iq1_s, d, 2)}};
const lk_weight_layout lk_iq1_m_layout = {
    LK_KIND_iq1_m, {FIELD(iq1_m, qs, 4), FIELD(iq1_m, qh, 4), FIELD(iq1_m, scales, 2)}};
const lk_weight_layout lk_tq1_0_layout = {LK_KIND_tq1_0,
                                          {FIELD(tq1_0, qs, 4), FIELD(tq1_0, qh, 4), FIELD(tq1_0, d, 2)}};
const lk_weight_layout lk_tq2_0_layout = {LK_KIND_tq2_0, {FIELD(tq2_0, qs, 4), FIELD(tq2_0, d, 2)}};
