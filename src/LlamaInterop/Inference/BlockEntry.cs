using System.Runtime.InteropServices;

namespace LlamaInterop.Inference;

/// <summary>
/// One entry of a block table, as ATTENTION reads it: the rows [ValidFrom, ValidTo) of a block hold the keys and values of
/// positions FirstPosition + ValidFrom and on.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
internal record struct BlockEntry(int Block, int FirstPosition, int ValidFrom, int ValidTo);
