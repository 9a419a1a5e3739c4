using LlamaInterop.Gguf;

namespace LlamaInterop.Tools;

/// <summary>What quantizing a model would write, tensor by tensor in the order of the output.</summary>
/// <param name="Tensors">The tensors.</param>
/// <param name="Warnings">What the user should know before it is done, a line each.</param>
public sealed record QuantizePlan(IReadOnlyList<QuantizedTensor> Tensors, IReadOnlyList<string> Warnings)
{
    /// <summary>Elements of all tensors.</summary>
    public long Elements => Sum(tensor => tensor.Source.ElementCount);

    /// <summary>Bytes of these tensors in the input, without padding.</summary>
    public long InputBytes => Sum(tensor => tensor.Source.ByteLength);

    /// <summary>Bytes of these tensors in the output, without padding.</summary>
    public long OutputBytes => Sum(tensor => tensor.ByteLength);

    /// <summary>Bits that the output takes for an element, over all tensors.</summary>
    public double BitsPerWeight => OutputBytes * 8.0 / Elements;

    /// <summary>How many tensors have each type in the output, with their elements and bytes, the most bytes first.</summary>
    public IReadOnlyList<QuantizedTypeTotal> Totals
    {
        get
        {
            var totals = new List<QuantizedTypeTotal>();
            foreach (QuantizedTensor tensor in Tensors)
            {
                int index = totals.FindIndex(total => total.Type == tensor.Type);
                if (index < 0)
                    totals.Add(new(tensor.Type, 1, tensor.Source.ElementCount, tensor.ByteLength));
                else
                    totals[index] = totals[index].With(tensor);
            }
            return [.. totals.OrderByDescending(total => total.Bytes)];
        }
    }

    /// <remarks>A loop, not LINQ: the runtime would compile LINQ's over numbers at the end of every run.</remarks>
    private long Sum(Func<QuantizedTensor, long> figure)
    {
        long sum = 0;
        foreach (QuantizedTensor tensor in Tensors)
            sum = checked(sum + figure(tensor));
        return sum;
    }
}

/// <summary>What the tensors of one type take.</summary>
/// <param name="Type">The type.</param>
/// <param name="Tensors">How many there are.</param>
/// <param name="Elements">Their elements.</param>
/// <param name="Bytes">Their bytes, without padding.</param>
public sealed record QuantizedTypeTotal(GgufTensorType Type, int Tensors, long Elements, long Bytes)
{
    /// <summary>Bits for an element.</summary>
    public double BitsPerWeight => Bytes * 8.0 / Elements;

    internal QuantizedTypeTotal With(QuantizedTensor tensor) =>
        new(Type, Tensors + 1, Elements + tensor.Source.ElementCount, Bytes + tensor.ByteLength);
}
