using LlamaInterop.Inference;
using LlamaInterop.Sampling;
using LlamaInterop.Tests.Gguf;
using LlamaInterop.Tests.Models;

namespace LlamaInterop.Tests.Inference;

/// <summary>A tiny model loaded as a user loads one.</summary>
internal sealed class TinyLlama : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public TinyLlama(LlamaModelOptions? options = null, TinyModel? model = null)
    {
        Model = LlamaModel.Load((model ?? new TinyModel()).Write(_folder), options ?? new LlamaModelOptions { Threads = 2 });
    }

    public LlamaModel Model { get; }

    /// <summary>Blocks of the first cache group that are in use, counted between two steps.</summary>
    public int BlocksInUse
    {
        get
        {
            int inUse = 0;
            Model.Evaluate([1], allPositions: false, (_, _) => inUse = Model.Runner.Cache.Groups[0].Pool.Count - Model.Runner.Cache.Groups[0].Pool.FreeCount);
            return inUse - 1;
        }
    }

    /// <summary>Random choice among small letters and the space alone, without end.</summary>
    public static SamplingOptions Letters(uint seed = 1) => Only(seed, [.. Enumerable.Range('a', 26).Select(letter => TinyVocabulary.Letter((char)letter))]);

    /// <summary>Random choice among these tokens alone.</summary>
    public static SamplingOptions Only(uint seed, params int[] tokens) => new()
    {
        Seed = seed,
        Temperature = 1,
        LogitBias = [.. Enumerable.Range(0, TinyVocabulary.Count).Except(tokens).Select(id => new LogitBias(id, float.NegativeInfinity))],
    };

    /// <summary>Runs a generation to its end.</summary>
    public (int[] Tokens, string Text, FinishReason? Finish) Run(int[] prompt, GenerationOptions options)
    {
        using Generation generation = Model.Start(prompt, options);
        string text = ReadAll(generation);
        Model.Leave(generation);
        return ([.. generation.Tokens], text, generation.Finish);
    }

    public static string ReadAll(Generation generation)
    {
        var text = new MemoryStream();
        var bytes = new byte[100];
        for (int read; (read = generation.Output.Read(bytes)) > 0;)
            text.Write(bytes, 0, read);
        return System.Text.Encoding.UTF8.GetString(text.ToArray());
    }

    public void Dispose()
    {
        Model.Dispose();
        _folder.Dispose();
    }
}
