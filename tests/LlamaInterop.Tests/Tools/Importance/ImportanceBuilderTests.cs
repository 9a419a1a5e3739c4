using System.Runtime.InteropServices;
using LlamaInterop.Gguf;
using LlamaInterop.Models;
using LlamaInterop.Tests.Gguf;
using LlamaInterop.Tests.Inference;
using LlamaInterop.Tests.Models;
using LlamaInterop.Tests.Models.Families;
using LlamaInterop.Tools;

namespace LlamaInterop.Tests.Tools.Importance;

/// <summary>Importance matrices of tiny models.</summary>
internal sealed class ImportanceBuilderTests
{
    private const int Context = 16, Chunks = 6, Rows = Context * Chunks;
    private static readonly ImportanceOptions Options = new() { ContextSize = Context };
    private static readonly LlamaModelOptions ModelOptions = ImportanceBuilder.Prepare(new LlamaModelOptions { Threads = 2, BatchSize = 32 }, Options);
    private static readonly int[] Text = TinyVocabulary.RandomTokens(new Random(2), Rows + 5);
    private readonly TemporaryFolder _folder = new();

    [OneTimeTearDown]
    public void RemoveFiles() => _folder.Dispose();

    /// <summary>What the first layer's attention is multiplied by follows from embedding and norm alone.</summary>
    [Test]
    public void SumsTheSquaresOfEveryInputColumn()
    {
        ImportanceMatrix matrix = Compute(new Models.TinyModel(), ModelOptions, Options);
        double[] expected = SquaresAfterFirstNorm();
        foreach (string name in (string[])["blk.0.attn_q.weight", "blk.0.attn_k.weight", "blk.0.attn_v.weight"])
        {
            Assert.That(matrix.RowsOf(name).ToArray(), Is.EqualTo(new[] { (long)Rows }));
            Assert.That(matrix.Of(name).ToArray(), Is.EqualTo(expected.Select(sum => (float)(sum / Rows)).ToArray()).Within(1e-4).Percent);
        }
        Assert.That((matrix.ChunkCount, matrix.ChunkSize), Is.EqualTo((Chunks, Context)));
        Assert.That(matrix.Datasets, Is.EqualTo(new[] { "text" }));
    }

    [Test]
    public void KnowsTheLayersMatricesAndTheHeadWhereAskedFor()
    {
        string[] kinds = ["attn_k", "attn_output", "attn_q", "attn_v", "ffn_down", "ffn_gate", "ffn_up"];
        string[] layers = [.. from layer in (int[])[0, 1] from kind in kinds select $"blk.{layer}.{kind}.weight"];
        Assert.That(Compute(new Models.TinyModel(), ModelOptions, Options).Names, Is.EqualTo(layers));
        ImportanceMatrix withHead = Compute(new Models.TinyModel(), ModelOptions, Options with { ProcessOutput = true });
        Assert.That(withHead.Names, Is.EqualTo(layers.Append("output.weight")));
        Assert.That(withHead.RowsOf("output.weight").ToArray(), Is.EqualTo(new[] { (long)Rows }));
    }

    /// <summary>An expert's rows are those that the router sends it, so all experts' together are the router's, as often as a row has experts.</summary>
    [Test]
    public void DividesRowsAmongExperts()
    {
        const int Used = 2;
        using var model = LlamaModel.Load(MixtureDefinitions.All.First().Write(_folder), ModelOptions);
        var builder = new ImportanceBuilder(model, Text, "text", Options);
        builder.Run();
        ImportanceMatrix matrix = builder.ToMatrix();
        long[] rows = matrix.RowsOf("blk.0.ffn_gate_exps.weight").ToArray();
        Assert.That(rows.Sum(), Is.EqualTo(Used * Rows));
        Assert.That(matrix.RowsOf("blk.0.ffn_down_exps.weight").ToArray(), Is.EqualTo(rows));
        float[] router = matrix.Of("blk.0.ffn_gate_inp.weight").ToArray(), experts = matrix.Of("blk.0.ffn_gate_exps.weight").ToArray();
        for (int column = 0; column < router.Length; column++)
            Assert.That(rows.Select((count, e) => (double)count * experts[(e * router.Length) + column]).Sum(), Is.EqualTo((double)Used * Rows * router[column]).Within(1e-3).Percent);
    }

    [Test]
    public void ThreadsAndStepsOfAChunkChangeNoBit()
    {
        byte[] expected = Save(Compute(new Models.TinyModel(), ModelOptions, Options));
        Assert.That(Save(Compute(new Models.TinyModel(), ModelOptions with { Threads = 1 }, Options)), Is.EqualTo(expected));
        Assert.That(Save(Compute(new Models.TinyModel(), ModelOptions, Options with { ComputePerplexity = false })), Is.EqualTo(expected));
    }

    [Test]
    public void ARunThatWasCutEndsWithTheSameBytes()
    {
        using var llama = new TinyLlama(ModelOptions);
        var whole = new ImportanceBuilder(llama.Model, Text, "text", Options);
        whole.Run();
        string saved = _folder.File("cut.gguf");
        using var source = new CancellationTokenSource();
        var cut = new ImportanceBuilder(llama.Model, Text, "text", Options);
        var listener = new Listener(progress =>
        {
            cut.ToMatrix().Save(saved);
            source.Cancel();
        });
        Assert.That(() => cut.Run(listener, source.Token), Throws.InstanceOf<OperationCanceledException>());
        var resumed = new ImportanceBuilder(llama.Model, Text, "text", Options);
        Assert.That(resumed.TryResume(ImportanceMatrix.Load(saved)));
        Assert.That(resumed.ChunksDone, Is.EqualTo(2), "two chunks make a step");
        resumed.Run();
        Assert.That(Save(resumed.ToMatrix()), Is.EqualTo(Save(whole.ToMatrix())));
    }

    [Test]
    public void OtherRunsAreNotGoneOnWith()
    {
        using var llama = new TinyLlama(ModelOptions);
        var builder = new ImportanceBuilder(llama.Model, Text, "text", Options);
        builder.Run();
        ImportanceMatrix saved = builder.ToMatrix();
        Assert.That(new ImportanceBuilder(llama.Model, Text, "text", Options with { ProcessOutput = true }).TryResume(saved), Is.False);
        Assert.That(new ImportanceBuilder(llama.Model, [.. Text, 5], "text", Options).TryResume(saved), Is.False);
        Assert.That(new ImportanceBuilder(llama.Model, Text, "text", Options, [saved]).TryResume(saved), Is.False);
        Assert.That(new ImportanceBuilder(llama.Model, Text, "text", Options).TryResume(ImportanceSamples.Matrix()), Is.False);
        using var other = new TinyLlama(ModelOptions, new Models.TinyModel { Seed = 7 });
        Assert.That(new ImportanceBuilder(other.Model, Text, "text", Options).TryResume(saved), Is.False);
    }

    [Test]
    public void AddsOtherMatrices()
    {
        using var llama = new TinyLlama(ModelOptions);
        var first = new ImportanceBuilder(llama.Model, Text, "one", Options);
        first.Run();
        var second = new ImportanceBuilder(llama.Model, Text, "two", Options, [first.ToMatrix()]);
        second.Run();
        ImportanceMatrix sum = second.ToMatrix();
        Assert.That(sum.RowsOf("blk.1.ffn_down.weight").ToArray(), Is.EqualTo(new[] { 2L * Rows }));
        Assert.That(sum.Of("blk.1.ffn_down.weight").ToArray(), Is.EqualTo(first.ToMatrix().Of("blk.1.ffn_down.weight").ToArray()).Within(1e-4).Percent);
        Assert.That(sum.Datasets, Is.EqualTo(new[] { "one", "two" }));
    }

    [Test]
    public void ComputesThePerplexityAlongTheWay()
    {
        using var llama = new TinyLlama(ModelOptions);
        PerplexityResult expected = Perplexity.Measure(llama.Model, Text, new PerplexityOptions { ContextSize = Context });
        Assert.That(new ImportanceBuilder(llama.Model, Text, "text", Options).Run(), Is.EqualTo(expected));
        Assert.That(new ImportanceBuilder(llama.Model, Text, "text", Options with { ProcessOutput = true }).Run(), Is.EqualTo(expected));
        Assert.That(new ImportanceBuilder(llama.Model, Text, "text", Options with { ComputePerplexity = false }).Run(), Is.Null);
    }

    [TestCase(-1, "the first chunk is -1")]
    [TestCase(5, "too few to leave out 5 chunks")]
    public void RefusesWhatCannotBeComputed(int firstChunk, string message)
    {
        using var llama = new TinyLlama(ModelOptions);
        Assert.That(() => new ImportanceBuilder(llama.Model, Text, "text", Options with { FirstChunk = firstChunk }), Throws.TypeOf<ModelException>().With.Message.Contains(message));
    }

    private static ImportanceMatrix Compute(Models.TinyModel tiny, LlamaModelOptions modelOptions, ImportanceOptions options)
    {
        using var llama = new TinyLlama(modelOptions, tiny);
        var builder = new ImportanceBuilder(llama.Model, Text, "text", options);
        builder.Run();
        return builder.ToMatrix();
    }

    private byte[] Save(ImportanceMatrix matrix)
    {
        matrix.Save(_folder.File("m.dat"), ImportanceFormat.Dat);
        return File.ReadAllBytes(_folder.File("m.dat"));
    }

    private double[] SquaresAfterFirstNorm()
    {
        using GgufFile file = GgufFile.Open(new Models.TinyModel().Write(_folder));
        ReadOnlySpan<float> Values(string name) => MemoryMarshal.Cast<byte, float>(file.TensorSpan(file.GetTensor(name)));
        ReadOnlySpan<float> table = Values("token_embd.weight"), weight = Values("blk.0.attn_norm.weight");
        float epsilon = file.Metadata.GetFloat("llama.attention.layer_norm_rms_epsilon");
        double[] sums = new double[weight.Length];
        for (int row = 0; row < Rows; row++)
        {
            int token = row % Context == 0 ? TinyVocabulary.Bos : Text[row];
            ReadOnlySpan<float> x = table.Slice(token * weight.Length, weight.Length);
            double squares = 0;
            foreach (float value in x)
                squares += (double)value * value;
            for (int i = 0; i < weight.Length; i++)
                sums[i] += x[i] * x[i] / ((squares / weight.Length) + epsilon) * weight[i] * weight[i];
        }
        return sums;
    }

    private sealed class Listener(Action<ImportanceProgress> report) : IProgress<ImportanceProgress>
    {
        public void Report(ImportanceProgress value) => report(value);
    }
}
