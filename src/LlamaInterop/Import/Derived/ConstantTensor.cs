using System.Collections.Immutable;

namespace LlamaInterop.Import.Derived;

/// <summary>Numbers that are known without a file, as one row.</summary>
internal sealed class ConstantTensor(string name, ImmutableArray<float> values) : SourceTensor(name, SourceType.F32, [values.Length])
{
    public override void ReadRows(long first, Span<float> destination) => values.AsSpan().CopyTo(destination);
}
