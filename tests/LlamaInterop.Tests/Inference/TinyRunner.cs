using System.Runtime.InteropServices;
using LlamaInterop.Gguf;
using LlamaInterop.Inference;
using LlamaInterop.Models;
using LlamaInterop.Native;
using LlamaInterop.Tests.Gguf;
using LlamaInterop.Tests.Models;

namespace LlamaInterop.Tests.Inference;

/// <summary>A tiny model's runner, used on the test's thread, with logits of every row of a step.</summary>
internal sealed class TinyRunner : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly BackendHandle _backend;

    public TinyRunner(TinyModel model, LlamaModelOptions? options = null)
        : this(folder => model.Write(folder), ModelRegistry.Create, options)
    {
    }

    /// <summary>A runner of a file that is there.</summary>
    public TinyRunner(string path, LlamaModelOptions? options = null)
        : this(_ => path, ModelRegistry.Create, options)
    {
    }

    /// <summary>A runner of a model that no file's architecture names, with a file's weights.</summary>
    public TinyRunner(TinyMixture model, LlamaModelOptions? options = null)
        : this(folder => model.Weights.Write(folder), model.Create, options)
    {
    }

    private TinyRunner(Func<TemporaryFolder, string> path, Func<ModelSource, IModel> create, LlamaModelOptions? options)
    {
        Options = options ?? new LlamaModelOptions { Threads = 2 };
        File = GgufFile.Open(path(_folder));
        _backend = BackendSelection.Open(BackendChoice.Cpu, Options.Threads, Options.Placement);
        string arch = File.Metadata.GetString("general.architecture");
        Runner = ModelLoader.CreateRunner(File, arch, _backend, Options with { OutputRows = Options.BatchSize }, create);
    }

    public LlamaModelOptions Options { get; }

    public GgufFile File { get; }

    public ModelRunner Runner { get; }

    /// <summary>What the encoder reads before a new sequence's first token; empty for a model without one.</summary>
    public int[] EncoderTokens { get; init; } = [];

    public Sequence NewSequence()
    {
        var sequence = new Sequence(Runner.Cache);
        if (EncoderTokens.Length > 0)
            EncoderText.Run(Runner, sequence, EncoderTokens);
        return sequence;
    }

    /// <summary>Logits of every position, in steps of <paramref name="chunks"/> tokens, over and over.</summary>
    public float[][] Logits(ReadOnlySpan<int> tokens, params ReadOnlySpan<int> chunks)
    {
        using Sequence sequence = NewSequence();
        return Append(sequence, tokens, chunks);
    }

    /// <summary>The same for tokens that follow those that <paramref name="sequence"/> holds.</summary>
    public float[][] Append(Sequence sequence, ReadOnlySpan<int> tokens, params ReadOnlySpan<int> chunks)
    {
        var logits = new List<float[]>();
        Batch batch = Runner.NewBatch();
        for (int i = 0; logits.Count < tokens.Length; i++)
        {
            int count = Math.Min(chunks.IsEmpty ? batch.TokenCapacity : chunks[i % chunks.Length], tokens.Length - logits.Count);
            batch.Clear();
            int index = batch.AddSequence(sequence);
            foreach (int token in tokens.Slice(logits.Count, count))
                batch.Add(index, token, wantsLogits: true);
            Runner.Run(batch);
            for (int row = 0; row < count; row++)
                logits.Add(Runner.Logits(row).ToArray());
        }
        return [.. logits];
    }

    /// <summary>Logits of every position, where <paramref name="rowOf"/> gives for each a row in the token's place, or null.</summary>
    public float[][] LogitsOfRows(ReadOnlySpan<int> tokens, int step, Func<int, float[]?> rowOf)
    {
        using Sequence sequence = NewSequence();
        Batch batch = Runner.NewBatch();
        var logits = new List<float[]>();
        while (logits.Count < tokens.Length)
        {
            batch.Clear();
            int index = batch.AddSequence(sequence), start = logits.Count;
            for (int t = start; t < Math.Min(tokens.Length, start + step); t++)
            {
                if (rowOf(t) is { } row)
                    batch.AddEmbedding(index, row, wantsLogits: true);
                else
                    batch.Add(index, tokens[t], wantsLogits: true);
            }
            Runner.Run(batch);
            for (int row = 0; row < batch.OutputCount; row++)
                logits.Add(Runner.Logits(row).ToArray());
        }
        return [.. logits];
    }

    /// <summary>A token's row of the embedding table, which is f32.</summary>
    public float[] EmbeddingOf(int token)
    {
        var row = new float[Runner.Model.Parameters.EmbeddingLength];
        File.ReadTensor(File.GetTensor("token_embd.weight"), MemoryMarshal.AsBytes(row.AsSpan()), (long)token * row.Length * sizeof(float));
        return row;
    }

    /// <summary>
    /// Logits of every position of several prompts that share steps: in each, some of the sequences, in any order, go on by a few tokens.
    /// </summary>
    public float[][][] Interleave(int[][] prompts, Random random)
    {
        Sequence[] sequences = [.. prompts.Select(_ => NewSequence())];
        var logits = Array.ConvertAll(prompts, _ => new List<float[]>());
        Batch batch = Runner.NewBatch();
        while (Enumerable.Range(0, prompts.Length).Any(s => logits[s].Count < prompts[s].Length))
        {
            batch.Clear();
            var owners = new List<int>();
            int[] order = [.. Enumerable.Range(0, prompts.Length)];
            random.Shuffle(order);
            foreach (int s in order)
            {
                int left = prompts[s].Length - logits[s].Count;
                int count = Math.Min(left, Math.Min(random.Next(2) == 0 ? random.Next(3) : random.Next(20), batch.TokenCapacity - batch.TokenCount));
                int index = count > 0 ? batch.AddSequence(sequences[s]) : -1;
                for (int i = 0; i < count; i++)
                {
                    batch.Add(index, prompts[s][logits[s].Count + i], wantsLogits: true);
                    owners.Add(s);
                }
            }
            Runner.Run(batch);
            for (int row = 0; row < owners.Count; row++)
                logits[owners[row]].Add(Runner.Logits(row).ToArray());
        }
        Array.ForEach(sequences, sequence => sequence.Dispose());
        return Array.ConvertAll(logits, rows => rows.ToArray());
    }

    public void Dispose()
    {
        Runner.Dispose();
        _backend.Dispose();
        File.Dispose();
        _folder.Dispose();
    }
}
