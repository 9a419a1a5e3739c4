#include "core/program.h"
#include <stdio.h>

bool lk_op_name_is_inside(const lk_program_desc *desc, const lk_op *op) {
    return op->name_offset >= 0 && op->name_length >= 0 && op->name_offset <= desc->names_length &&
           op->name_length <= desc->names_length - op->name_offset;
}

static const char *source_type(const lk_program_desc *desc, int32_t tensor) {
    return tensor >= 0 && tensor < desc->tensor_count ? lk_type_label(desc->tensors[tensor].type) : "none";
}

lk_op_label lk_label_op(const lk_program_desc *desc, int32_t index) {
    enum { MOST_NAME = 100 };
    const lk_op *op = &desc->ops[index];
    const lk_op_impl *impl = lk_op_find(op->opcode);
    const char *opcode = impl != NULL ? impl->name : "unknown opcode";
    lk_op_label label;
    int used;
    if (lk_op_name_is_inside(desc, op) && op->name_length > 0)
        used = snprintf(label.text, sizeof(label.text), "%.*s: %s",
                        op->name_length < MOST_NAME ? op->name_length : MOST_NAME,
                        (const char *)desc->names + op->name_offset, opcode);
    else
        used = snprintf(label.text, sizeof(label.text), "op %d: %s", index, opcode);
    if (lk_op_multiplies(op->opcode))
        snprintf(label.text + used, sizeof(label.text) - (size_t)used, " %s x %s",
                 source_type(desc, op->src[0]), source_type(desc, op->src[1]));
    return label;
}
