#include "ops/attention/panels.h"
#include "ops/quantize/floats.h"

lk_flash_panels lk_flash_panels_of(const lk_view *keys, lk_isa isa) {
    lk_flash_panels panels = {.type = lk_type_find(keys->type)};
    if (!lk_attention_rounds(keys) || keys->dims[0] > LK_PANEL_LENGTH) return panels;
    panels.products = lk_panel_products_of(isa);
    if (panels.products == NULL) return panels;
    panels.kind = lk_type_panel(panels.type, isa);
    panels.unpack = lk_type_unpack(panels.type, isa);
    return panels;
}

void lk_flash_round_queries(const lk_flash *flash) {
    const lk_flash_memory *memory = &flash->memory;
    const int64_t n = flash->shape->k_dim, blocks = lk_row_bytes(LK_TYPE_A8, n) / LK_BLOCK_BYTES_A8;
    lk_quantize_floats(flash->kernels->isa, memory->rounded, memory->q, flash->q_stride, n, flash->queries);
    if (flash->panels.products != NULL) return;
    for (int64_t i = 0; i < flash->queries; i++)
        lk_quantized_to_floats(memory->q + i * flash->q_stride, memory->rounded + i * blocks, n);
}

void lk_flash_load_panel(const lk_flash *flash, int64_t index, const uint8_t *src, int32_t count) {
    _Alignas(64) uint8_t chunk[LK_PANEL_ROWS * LK_PANEL_LENGTH * 2];
    const lk_view *keys = &flash->op->src[1];
    const int32_t n = (int32_t)flash->shape->k_dim;
    lk_chunk_from_rows(flash->panels.type, chunk, src, keys->strides[1], count, n);
    flash->panels.unpack(&flash->memory.panels[index], chunk, n);
}

/* Bytes to ask for at each 32 elements of a product's keys, so that all are asked for in `products` of them.
 */
static int32_t share_of(const lk_flash_ahead *ahead, int64_t products, int64_t n) {
    const int64_t steps = products * (n / 32);
    return (int32_t)((ahead->end - ahead->at + 64 * steps - 1) / (64 * steps) * 64);
}

void lk_flash_dot_panels(const lk_flash *flash, int64_t first, int64_t n, lk_attention_span span,
                         lk_flash_ahead *ahead) {
    const lk_flash_memory *memory = &flash->memory;
    const lk_flash_panels *panels = &flash->panels;
    const int64_t end = (span.end + LK_PANEL_ROWS - 1) / LK_PANEL_ROWS, most = panels->products->panel_count;
    for (int64_t i = span.begin / LK_PANEL_ROWS, count; i < end; i += count) {
        count = end - i < most ? end - i : most;
        const lk_panel_product product = {
            .kind = *panels->kind,
            .panels = memory->panels + i,
            .panel_count = (int32_t)count,
            .n = (int32_t)flash->shape->k_dim,
            .x = (const uint8_t *)(memory->rounded + first),
            .x_stride = sizeof(lk_block_a8),
            .columns = (int32_t)n,
            .planes = 1,
            .first = true,
            .dst = memory->scores + i * LK_PANEL_ROWS,
            .dst_stride = LK_FLASH_KEYS,
            .next = ahead->at,
            .next_bytes = share_of(ahead, (end - i + most - 1) / most, flash->shape->k_dim),
        };
        panels->products->multiply(&product);
        ahead->at += product.next_bytes * (flash->shape->k_dim / 32);
        if (ahead->at > ahead->end) ahead->at = ahead->end;
    }
}
