using System.Globalization;

namespace LlamaInterop.Tools;

/// <summary>How far numbers are from those they stand for.</summary>
internal sealed class ElementError
{
    private double _squares, _reference, _largest;
    private long _differing, _count;

    public void Add(ReadOnlySpan<float> reference, ReadOnlySpan<float> values)
    {
        for (int i = 0; i < reference.Length; i++)
        {
            double difference = (double)values[i] - reference[i];
            _differing += values[i] == reference[i] ? 0 : 1;
            _squares += difference * difference;
            _reference += (double)reference[i] * reference[i];
            _largest = Math.Max(_largest, Math.Abs(difference));
        }
        _count += reference.Length;
    }

    public override string ToString() => _differing == 0
        ? "the same numbers"
        : string.Create(CultureInfo.InvariantCulture, $"{_differing} of {_count} elements differ by at most {_largest:g4}, squared error {_squares / _reference:g4} of the squares");
}
