using System.Collections.Immutable;

namespace LlamaInterop.Import.Llama2c;

/// <summary>A tensor's place in a file of llama2.c.</summary>
internal readonly record struct Llama2cPlace(string Name, ImmutableArray<long> Shape, long Offset, bool IsQuantized);

/// <summary>Where each tensor lies, by Meta's names: kind after kind, of each kind layer after layer.</summary>
internal sealed class Llama2cLayout
{
    private readonly Llama2cHeader _header;
    private readonly List<Llama2cPlace> _places = [];
    private long _end;

    public Llama2cLayout(Llama2cHeader header)
    {
        (_header, _end) = (header, header.DataStart);
        if (header.Version == 0)
            PlaceFirstForm();
        else
            PlaceLaterForms();
    }

    public IReadOnlyList<Llama2cPlace> Places => _places;

    /// <summary>Bytes of the whole file.</summary>
    public long Length => _end;

    private void PlaceFirstForm()
    {
        Matrix("tok_embeddings.weight", _header.Vocabulary, _header.Width);
        Norms("attention_norm");
        Attention();
        Norms("ffn_norm");
        FeedForward();
        Vector("norm.weight");
        // Tables of cosines and sines, which are computed again.
        _end += 2L * sizeof(float) * _header.Context * (_header.HeadLength / 2);
        Head();
    }

    private void PlaceLaterForms()
    {
        Norms("attention_norm");
        Norms("ffn_norm");
        Vector("norm.weight");
        Matrix("tok_embeddings.weight", _header.Vocabulary, _header.Width);
        Attention();
        FeedForward();
        Head();
    }

    private void Attention()
    {
        Matrices("attention.wq", _header.Width, _header.Width);
        Matrices("attention.wk", _header.KvWidth, _header.Width);
        Matrices("attention.wv", _header.KvWidth, _header.Width);
        Matrices("attention.wo", _header.Width, _header.Width);
    }

    private void FeedForward()
    {
        Matrices("feed_forward.w1", _header.HiddenWidth, _header.Width);
        Matrices("feed_forward.w2", _header.Width, _header.HiddenWidth);
        Matrices("feed_forward.w3", _header.HiddenWidth, _header.Width);
    }

    private void Head()
    {
        if (!_header.SharesHead)
            Matrix("output.weight", _header.Vocabulary, _header.Width);
    }

    private void Norms(string name)
    {
        for (int i = 0; i < _header.Layers; i++)
            Vector($"layers.{i}.{name}.weight");
    }

    private void Matrices(string name, long rows, long columns)
    {
        for (int i = 0; i < _header.Layers; i++)
            Matrix($"layers.{i}.{name}.weight", rows, columns);
    }

    private void Vector(string name) => Place(name, [_header.Width], quantized: false);

    private void Matrix(string name, long rows, long columns) => Place(name, [rows, columns], quantized: _header.Version == 2);

    /// <summary>A quantized tensor is all its 8-bit elements, then a scale for each group of them.</summary>
    private void Place(string name, ImmutableArray<long> shape, bool quantized)
    {
        _places.Add(new(name, shape, _end, quantized));
        long elements = shape.Aggregate(1L, (product, size) => product * size);
        _end += quantized ? elements + elements / _header.GroupSize * sizeof(float) : elements * sizeof(float);
    }
}
