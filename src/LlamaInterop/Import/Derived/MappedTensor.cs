using LlamaInterop.Models.Checkpoints;

namespace LlamaInterop.Import.Derived;

/// <summary>A function of each element of another tensor.</summary>
internal sealed class MappedTensor(SourceTensor source, ElementChange change) : SourceTensor(source.Name, SourceType.F32, source.Shape)
{
    public override void ReadRows(long first, Span<float> destination)
    {
        source.ReadRows(first, destination);
        foreach (ref float x in destination)
        {
            x = change switch
            {
                ElementChange.AddOne => x + 1,
                ElementChange.NegativeExp => -MathF.Exp(x),
                _ => throw new ArgumentOutOfRangeException(nameof(change), change, null),
            };
        }
    }
}
