using System.Text.Json;
using LlamaInterop.Inference;
using LlamaInterop.Tests.Gguf;
using LlamaInterop.Tests.References;
using LlamaInterop.Tools;

namespace LlamaInterop.Tests.Tools.Conversion;

/// <summary>A tiny model of <c>models/arch</c>, converted to f32 without a tokenizer and loaded, beside its truth.</summary>
internal sealed class ConvertedFixture : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly JsonDocument _truth;
    private readonly string _output;

    /// <param name="name">The fixture: "tiny_llama".</param>
    /// <param name="truth">What its truth's file is called after that: "logits".</param>
    /// <param name="source">The checkpoint, where it is another than NAME.safetensors.</param>
    public ConvertedFixture(string name, string truth, string? source = null)
    {
        _truth = JsonDocument.Parse(File.ReadAllText(PathOf($"{name}_{truth}.json")));
        _output = _folder.File(name + ".gguf");
        Converter.Run(source ?? PathOf(name + ".safetensors"), _output, new ConvertOptions { OutputType = ConvertType.F32, NoVocabulary = true });
        Model = LlamaModel.Load(_output, new LlamaModelOptions { KeyCache = CacheType.F32, ValueCache = CacheType.F32 });
    }

    public LlamaModel Model { get; }

    public JsonElement Truth => _truth.RootElement;

    public static string PathOf(string name) => SharedData.PathOf("models", "arch", name);

    /// <summary>All numbers of nested arrays.</summary>
    public static float[] Flatten(JsonElement array) => array.ValueKind == JsonValueKind.Array
        ? [.. array.EnumerateArray().SelectMany(Flatten)] : [array.GetSingle()];

    /// <summary>Logits of all positions.</summary>
    public float[] Logits(int[] tokens, int[]? encoded = null)
    {
        var logits = new List<float>();
        Model.Evaluate(tokens, true, (row, _) => logits.AddRange(row), encoderTokens: encoded ?? []);
        return [.. logits];
    }

    /// <summary>
    /// Hidden states of all positions. The engine takes all tokens to be of the first type; one of the second goes in as the embedding
    /// row that makes up for the difference.
    /// </summary>
    public float[] HiddenStates(int[] tokens, int[] types)
    {
        using var sequence = new Sequence(Model.Runner.Cache);
        Batch batch = Model.Runner.NewBatch(Pass.HiddenStates);
        int index = batch.AddSequence(sequence), width = Model.EmbeddingLength;
        bool isOfOneType = Array.TrueForAll(types, type => type == 0);
        float[] words = isOfOneType ? [] : GgufValues.Read(_output, "token_embd.weight"), kinds = isOfOneType ? [] : GgufValues.Read(_output, "token_types.weight");
        for (int t = 0; t < tokens.Length; t++)
        {
            if (types[t] == 0)
                batch.Add(index, tokens[t], true);
            else
                batch.AddEmbedding(index, [.. Enumerable.Range(0, width).Select(i => words[(tokens[t] * width) + i] + kinds[(types[t] * width) + i] - kinds[i])], true);
        }
        Model.Runner.Run(batch);
        return [.. Enumerable.Range(0, batch.OutputCount).SelectMany(row => Model.Runner.Output(row).ToArray())];
    }

    /// <summary>The error of rows against the truth.</summary>
    public static double ErrorOf(float[] rows, JsonElement truth) => LogitsError.NormalizedSquared(rows, Flatten(truth));

    public void Dispose()
    {
        Model.Dispose();
        _truth.Dispose();
        _folder.Dispose();
    }
}
