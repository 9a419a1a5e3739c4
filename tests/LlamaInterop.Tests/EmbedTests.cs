using System.Runtime.InteropServices;
using LlamaInterop.Gguf;
using LlamaInterop.Inference;
using LlamaInterop.Models;
using LlamaInterop.Sampling;
using LlamaInterop.Tests.Gguf;
using LlamaInterop.Tests.Inference;
using LlamaInterop.Tests.Models;

namespace LlamaInterop.Tests;

/// <summary>Embeddings as a user asks for them: of encoders, of decoders, and of an encoder-decoder's encoder.</summary>
internal sealed class EmbedTests
{
    private static readonly EmbeddingOptions Rows = new() { Pooling = Pooling.None };
    private static readonly int[] Tokens = TinyVocabulary.RandomTokens(new Random(3), 100);
    private readonly TemporaryFolder _folder = new();

    [OneTimeTearDown]
    public void RemoveFiles() => _folder.Dispose();

    [TestCase(Pooling.Mean)]
    [TestCase(Pooling.Cls)]
    [TestCase(Pooling.Last)]
    public void PoolsTheRows(Pooling pooling)
    {
        using LlamaModel model = Encoder();
        float[][] rows = [.. model.Embed(Tokens, Rows).Chunk(model.EmbeddingLength)];
        double[] expected = [.. Enumerable.Range(0, model.EmbeddingLength).Select(i => pooling switch
        {
            Pooling.Mean => rows.Average(row => (double)row[i]),
            Pooling.Cls => rows[0][i],
            _ => rows[^1][i],
        })];
        Assert.That(model.Embed(Tokens, new EmbeddingOptions { Pooling = pooling, Normalize = false }), Is.EqualTo(expected).Within(1e-6));
        double length = Math.Sqrt(expected.Sum(value => value * value));
        Assert.That(model.Embed(Tokens, new EmbeddingOptions { Pooling = pooling }), Is.EqualTo(expected.Select(value => value / length)).Within(1e-6));
    }

    [TestCase(null, Pooling.Mean)]
    [TestCase(0u, Pooling.None)]
    [TestCase(1u, Pooling.Mean)]
    [TestCase(2u, Pooling.Cls)]
    [TestCase(3u, Pooling.Last)]
    public void FileSaysHowToPool(uint? kind, Pooling pooling)
    {
        using LlamaModel model = Encoder(kind);
        Assert.That(model.Embed(Tokens), Is.EqualTo(model.Embed(Tokens, new EmbeddingOptions { Pooling = pooling })));
    }

    [TestCase(4u, "bert.pooling_type is 4: the model is made to rank, not to embed")]
    [TestCase(5u, "bert.pooling_type is 5, known are 0 (none), 1 (mean), 2 (cls) and 3 (last)")]
    public void OtherPoolingIsRefusedUnlessOneIsAskedFor(uint kind, string reason)
    {
        using LlamaModel model = Encoder(kind);
        Assert.That(() => model.Embed(Tokens), Throws.TypeOf<ModelException>().With.Message.Contains(reason));
        Assert.That(model.Embed(Tokens, new EmbeddingOptions { Pooling = Pooling.Cls }), Has.Length.EqualTo(model.EmbeddingLength));
    }

    [Test]
    public void TextIsEmbeddedByItsTokens()
    {
        using LlamaModel model = Encoder();
        Assert.That(model.Embed("abc"), Is.EqualTo(model.Embed(model.Tokenizer.Encode("abc", addSpecial: true, parseSpecial: true))));
    }

    [Test]
    public void TextLongerThanTheContextIsRefused()
    {
        using LlamaModel model = Encoder();
        Assert.That(() => model.Embed(TinyVocabulary.RandomTokens(new Random(1), 201)),
            Throws.TypeOf<ModelException>().With.Message.EqualTo("the text has 201 tokens, but the context has room for 200 (-c)"));
        Assert.That(() => model.Embed([]), Throws.TypeOf<ModelException>());
        Assert.That(() => model.Embed([TinyVocabulary.Count]), Throws.TypeOf<ModelException>().With.Message.Contains("not in the vocabulary"));
    }

    [Test]
    public void EncoderWritesNothing()
    {
        using LlamaModel model = Encoder();
        Assert.That(model.VocabularySize, Is.Zero);
        Assert.That(() => model.Complete("a"), Throws.TypeOf<ModelException>().With.Message.Contains("embeddings"));
        Assert.That(() => model.Evaluate(Tokens, false, (_, _) => { }), Throws.TypeOf<ModelException>().With.Message.Contains("embeddings"));
    }

    /// <summary>The head's rows times a decoder's hidden states are its logits.</summary>
    [Test]
    public void DecoderIsEmbeddedByWhatItsHeadReads([Values(8, 128)] int batchSize)
    {
        using var llama = new TinyLlama(new LlamaModelOptions { Threads = 2, BatchSize = batchSize });
        int width = llama.Model.EmbeddingLength;
        float[] rows = llama.Model.Embed(Tokens, Rows);
        var logits = new List<float>();
        llama.Model.Evaluate(Tokens, true, (row, _) => logits.AddRange(row));
        using GgufFile file = GgufFile.Open(new TinyModel().Write(_folder));
        Assert.That(file.TryGetTensor("output.weight", out GgufTensorInfo info));
        float[] head = MemoryMarshal.Cast<byte, float>(file.TensorSpan(info)).ToArray();
        for (int position = 0; position < Tokens.Length; position += 33)
        {
            for (int id = 0; id < TinyVocabulary.Count; id += 50)
            {
                double expected = Enumerable.Range(0, width).Sum(i => (double)rows[(position * width) + i] * head[(id * width) + i]);
                Assert.That(logits[(position * TinyVocabulary.Count) + id], Is.EqualTo(expected).Within(1e-4));
            }
        }
        float[] last = llama.Model.Embed(Tokens, new EmbeddingOptions { Normalize = false });
        Assert.That(last, Is.EqualTo(rows[^width..]), "a decoder's last token has seen all");
        Assert.That(llama.BlocksInUse, Is.Zero);
    }

    /// <summary>Each with a text of its own for the encoder, in shared steps.</summary>
    [Test]
    public async Task EncodersOfGenerationsTogetherReadTheirOwnTexts()
    {
        using LlamaModel model = LlamaModel.Load(new TinyStack("t5").Write(_folder), new LlamaModelOptions { Threads = 2, MaxSequences = 3, BatchSize = 16 });
        int[][] texts = [.. Enumerable.Range(1, 7).Select(i => TinyVocabulary.RandomTokens(new Random(i), 25 * i))];
        int[] Generate(int[] text)
        {
            var options = new GenerationOptions { MaxTokens = 80, Sampling = new SamplingOptions { Temperature = 0, IgnoreEos = true } };
            using Generation generation = model.StartFrom(text, options);
            generation.WaitUntilEnded();
            return [.. generation.Tokens];
        }

        int[][] alone = [.. texts.Select(Generate)];
        int[][] together = await Task.WhenAll(texts.Select(text => Task.Run(() => Generate(text))));
        Assert.That(together, Is.EqualTo(alone));
        Assert.That(alone.Select(tokens => string.Join(',', tokens)).Distinct().Count(), Is.EqualTo(texts.Length), "texts differ, and so do answers");
        Assert.That(model.Runner.Cache.Groups.Select(group => group.Pool.FreeCount), Is.EqualTo(model.Runner.Cache.Groups.Select(group => group.Pool.Count)));
    }

    [Test]
    public void GenerationCancelledWhileItsTextIsReadLeavesTheOthersAlone()
    {
        using LlamaModel model = LlamaModel.Load(new TinyStack("t5") { Context = 4096 }.Write(_folder), new LlamaModelOptions { Threads = 2, MaxSequences = 2 });
        var options = new GenerationOptions { MaxTokens = 30, Sampling = new SamplingOptions { Temperature = 0, IgnoreEos = true } };
        int[] shorter = TinyVocabulary.RandomTokens(new Random(1), 20), longer = TinyVocabulary.RandomTokens(new Random(2), 4000);
        int[]? alone = null;
        for (int round = 0; round < 6; round++)
        {
            using Generation cancelled = model.StartFrom(longer, options);
            using Generation kept = model.StartFrom(shorter, options);
            Thread.Sleep(5 * round);
            model.Leave(cancelled);
            kept.WaitUntilEnded();
            Assert.That(kept.Tokens, Is.EqualTo(alone ??= [.. kept.Tokens]), $"round {round}");
        }
        Assert.That(model.Runner.Cache.Groups.Select(group => group.Pool.FreeCount), Is.EqualTo(model.Runner.Cache.Groups.Select(group => group.Pool.Count)));
    }

    /// <summary>What is chosen step by step is the largest logit of the whole sequence computed anew.</summary>
    [Test]
    public void EncoderDecoderBeginsAtItsStartToken()
    {
        using LlamaModel model = LlamaModel.Load(new TinyStack("t5").Write(_folder), new LlamaModelOptions { Threads = 2 });
        Completion completion = model.Complete("some text", 12, sampling: new SamplingOptions { Temperature = 0, IgnoreEos = true });
        using Generation generation = model.StartFrom(
            model.Tokenizer.Encode("some text", true, true), new GenerationOptions { MaxTokens = 12, Sampling = new SamplingOptions { Temperature = 0, IgnoreEos = true } });
        generation.WaitUntilEnded();
        Assert.That(generation.Prompt, Is.EqualTo(new[] { TinyVocabulary.Letter('d') }));
        Assert.That(generation.Timings.PromptTokens, Is.EqualTo(1 + generation.EncoderTokens.Length));
        Assert.That(completion.Usage, Is.EqualTo(new CompletionUsage(1 + generation.EncoderTokens.Length, 12)));
        int[] tokens = [.. generation.Prompt, .. generation.Tokens];
        model.Evaluate(tokens, true, (logits, position) =>
        {
            if (position + 1 < tokens.Length)
                Assert.That(logits[tokens[position + 1]], Is.EqualTo(logits.ToArray().Max()), $"position {position}");
        }, encoderTokens: generation.EncoderTokens);
    }

    [Test]
    public void EncodersTextIsNeededByAModelThatHasOneAndByNoOther()
    {
        using LlamaModel model = LlamaModel.Load(new TinyStack("t5").Write(_folder), new LlamaModelOptions { Threads = 2 });
        Assert.That(() => model.Evaluate([1], false, (_, _) => { }), Throws.TypeOf<ModelException>().With.Message.Contains("--encoder-tokens"));
        Assert.That(() => model.Evaluate([1], false, (_, _) => { }, encoderTokens: new int[201]), Throws.TypeOf<ModelException>().With.Message.EqualTo("the encoder's text has 201 tokens, but the context has room for 200 (-c)"));
        using var llama = new TinyLlama();
        Assert.That(() => llama.Model.Evaluate([1], false, (_, _) => { }, encoderTokens: [1]), Throws.TypeOf<ModelException>().With.Message.Contains("no encoder"));
    }

    private LlamaModel Encoder(uint? pooling = null)
    {
        var keys = new Dictionary<string, GgufValue>();
        if (pooling is { } kind)
            keys[".pooling_type"] = GgufValue.From(kind);
        return LlamaModel.Load(new TinyStack("bert") { Keys = keys }.Write(_folder), new LlamaModelOptions { Threads = 2 });
    }
}
