using System.Collections.Immutable;

namespace LlamaInterop.Import.Torch;

/// <summary>A tensor as a checkpoint's pickle describes it: a view of a storage, which it is known to lie within.</summary>
/// <param name="Storage">Where its elements are.</param>
/// <param name="Type">What they are.</param>
/// <param name="Offset">Its first element's place in the storage, in elements.</param>
/// <param name="Shape">Its sizes, the last one first to change.</param>
/// <param name="Strides">Elements from one to the next along each dimension.</param>
internal sealed record TorchView(TorchStorage Storage, SourceType Type, long Offset, ImmutableArray<long> Shape, ImmutableArray<long> Strides)
{
    /// <summary>True where the elements lie one after the other.</summary>
    public bool IsContiguous
    {
        get
        {
            long expected = 1;
            for (int i = Shape.Length - 1; i >= 0; expected *= Shape[i--])
            {
                if (Shape[i] != 1 && Strides[i] != expected)
                    return false;
            }
            return true;
        }
    }

    /// <summary>Elements from the first to the last that it reads, both counted; none of an empty tensor.</summary>
    public long Extent => Shape.Contains(0) ? 0 : 1 + Shape.Zip(Strides, (size, stride) => (size - 1) * stride).Sum();
}
