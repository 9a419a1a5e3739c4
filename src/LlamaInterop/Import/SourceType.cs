namespace LlamaInterop.Import;

/// <summary>How a checkpoint stores the numbers of a tensor.</summary>
internal enum SourceType
{
    F64,
    F32,
    F16,
    BF16,
    F8E4M3,
    F8E5M2,
    I64,
    I32,
    U32,
    I16,
    I8,
    U8,
    Bool,
}
