using System.Runtime.InteropServices;
using LlamaInterop.Gguf;

namespace LlamaInterop.Tools;

/// <summary>
/// A model of random weights in a named shape: it loads and computes as a trained one of that shape does, here and in llama.cpp, so
/// that speed can be measured without a download. Its matrices are of one type, or of those that llama.cpp's quantizer gives them in a
/// mixture; routers of experts are F32, and its norms' weights are 1.
/// </summary>
/// <remarks>
/// A matrix's weights have the root mean square 1 / sqrt(inputs), so that a normed row stays of size 1 through it: no activation
/// overflows, and none is denormal.
/// </remarks>
/// <param name="Shape">The sizes.</param>
/// <param name="Types">The types of the matrices.</param>
internal sealed record SyntheticModel(ModelShape Shape, SyntheticTypes Types)
{
    private const ulong Seed = 1;

    /// <summary>The shape's and the types' names: "llama-1.1b:q4_0", "llama-1.1b:q4_k_m".</summary>
    public string Name => $"{Shape.Name}:{Types.Name}";

    /// <summary>Elements of all matrices and norms.</summary>
    public long ParameterCount => Shape.Matrices().Sum(m => m.Elements) + (Shape.Norms().LongCount() * Shape.Width);

    /// <summary>Bytes of a file of this model, to within a percent; of the vocabulary 40 a token.</summary>
    public long ByteLength =>
        Types.Of(Shape).Sum(row => GgufTensorTypes.ByteLength(row.Type.Type, row.Matrix.Elements))
        + (Shape.Norms().LongCount() * Shape.Width * sizeof(float)) + (Shape.Vocabulary * 40L);

    /// <summary>Reads "SHAPE:TYPE".</summary>
    /// <exception cref="FormatException">It is not of that form, or a name is unknown; the message lists the known ones.</exception>
    public static SyntheticModel Parse(string text)
    {
        if (text.Split(':') is not [string shapeName, string typeName])
            throw new FormatException($"'{text}' is not of the form SHAPE:TYPE, such as llama-1.1b:q4_0");
        ModelShape shape = ModelShape.All.FirstOrDefault(s => s.Name == shapeName)
            ?? throw new FormatException($"there is no shape '{shapeName}', only {string.Join(", ", ModelShape.All.Select(s => s.Name))}");
        SyntheticTypes types = SyntheticTypes.Find(typeName)
            ?? throw new FormatException($"there is no type '{typeName}', only {string.Join(", ", SyntheticTypes.Names)}");
        foreach ((ShapeMatrix matrix, SyntheticType type) in types.Of(shape))
        {
            int block = GgufTensorTypes.BlockLength(type.Type);
            if (matrix.Inputs % block != 0)
                throw new FormatException($"{text}: {matrix.Name} has rows of {matrix.Inputs}, which are not whole {type.Name} blocks of {block}");
        }
        return new SyntheticModel(shape, types);
    }

    /// <summary>Writes the model as a GGUF file that appears only when it is whole; the same bytes every time.</summary>
    /// <exception cref="GgufException">The file cannot be written.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancel"/> was signalled.</exception>
    public void Write(string path, CancellationToken cancel = default)
    {
        var writer = new GgufWriter();
        AddMetadata(writer);
        var random = new RandomBits(Seed);
        var weights = new Dictionary<SyntheticType, SyntheticWeights>();
        foreach ((ShapeMatrix matrix, SyntheticType type) in Types.Of(Shape))
        {
            if (!weights.TryGetValue(type, out SyntheticWeights? made))
                weights.Add(type, made = new SyntheticWeights(type, random));
            long[] dimensions = matrix.Count == 1 ? [matrix.Inputs, matrix.Outputs] : [matrix.Inputs, matrix.Outputs, matrix.Count];
            writer.AddTensor(matrix.Name, type.Type, dimensions, stream => made.Write(stream, matrix.Elements, 1 / Math.Sqrt(matrix.Inputs)));
        }
        byte[] ones = MemoryMarshal.AsBytes(Enumerable.Repeat(1f, Shape.Width).ToArray().AsSpan()).ToArray();
        foreach (string name in Shape.Norms())
            writer.AddTensor(name, GgufTensorType.F32, [Shape.Width], ones);
        writer.Write(path, cancel);
    }

    private void AddMetadata(GgufWriter writer)
    {
        void SetSize(string key, int value) => writer.Set("llama." + key, GgufValue.From((uint)value));
        writer.Set("general.architecture", GgufValue.From("llama"));
        writer.Set("general.name", GgufValue.From($"synthetic {Name}"));
        writer.Set("general.quantization_version", GgufValue.From(2u));
        writer.Set("general.file_type", GgufValue.From((uint)Types.FileType));
        SetSize("context_length", Shape.Context);
        SetSize("embedding_length", Shape.Width);
        SetSize("block_count", Shape.Layers);
        SetSize("feed_forward_length", Shape.FeedForward);
        SetSize("attention.head_count", Shape.Heads);
        SetSize("attention.head_count_kv", Shape.KvHeads);
        SetSize("rope.dimension_count", Shape.Width / Shape.Heads);
        if (Shape.Experts > 0)
        {
            SetSize("expert_count", Shape.Experts);
            SetSize("expert_used_count", Shape.ExpertsUsed);
        }
        writer.Set("llama.attention.layer_norm_rms_epsilon", GgufValue.From(1e-5f));
        SyntheticVocabulary.AddTo(writer, Shape.Vocabulary);
    }
}
