using System.Text;
using LlamaInterop.Gguf;
using LlamaInterop.Inference;
using LlamaInterop.Models;
using LlamaInterop.Sampling;
using LlamaInterop.Tests.Gguf;
using LlamaInterop.Tests.Inference;
using LlamaInterop.Tests.Models;

namespace LlamaInterop.Tests;

/// <summary>The API that a user calls, on a tiny model.</summary>
internal sealed class LlamaModelTests
{
    private const int Context = 128;
    private static readonly GenerationOptions Letters = new() { MaxTokens = 40, Sampling = TinyLlama.Letters() };
    private TinyLlama _llama = null!;

    private LlamaModel Model => _llama.Model;

    [OneTimeSetUp]
    public void Load() => _llama = new TinyLlama(new LlamaModelOptions { Threads = 2, ContextSize = Context, BatchSize = 32 });

    [OneTimeTearDown]
    public void Unload() => _llama.Dispose();

    [Test]
    public void TextIsThatOfTheTokens()
    {
        (int[] tokens, string text, FinishReason? finish) = _llama.Run([1, 7], Letters);
        Assert.That(finish, Is.EqualTo(FinishReason.Length));
        Assert.That(tokens, Has.Length.EqualTo(40));
        Assert.That(text, Is.EqualTo(Encoding.UTF8.GetString(Model.Tokenizer.Decode(tokens, special: false))));
    }

    [Test]
    public void StopStringEndsTheTextBeforeIt([Values(1, 2, 5)] int length, [Values(0, 1, 7)] int start)
    {
        string text = _llama.Run([1], Letters).Text;
        string stop = text.Substring(start, length);
        (int[] tokens, string stopped, FinishReason? finish) = _llama.Run([1], Letters with { Stop = ["Never", stop] });
        int at = text.IndexOf(stop, StringComparison.Ordinal);
        Assert.That(stopped, Is.EqualTo(text[..at]));
        Assert.That(finish, Is.EqualTo(FinishReason.Stop));
        Assert.That(tokens, Has.Length.EqualTo(at + length), "the stop string's own tokens were the last");
    }

    [Test]
    public void TextHeldBackForAStopComesAtTheEnd()
    {
        string text = _llama.Run([1], Letters).Text;
        Assert.That(_llama.Run([1], Letters with { Stop = [text[^5..] + "!"] }).Text, Is.EqualTo(text));
    }

    [Test]
    public void EndTokenEndsTheTextWithoutBeingPartOfIt()
    {
        var options = new GenerationOptions { Sampling = TinyLlama.Only(1, TinyVocabulary.Eos), ShowSpecialTokens = true };
        (int[] tokens, string text, FinishReason? finish) = _llama.Run([1], options);
        Assert.That(finish, Is.EqualTo(FinishReason.EndOfText));
        Assert.That(tokens, Is.EqualTo(new[] { TinyVocabulary.Eos }));
        Assert.That(text, Is.Empty);
    }

    [TestCase(0)]
    [TestCase(1)]
    [TestCase(33)]
    public void MaxTokensIsTheNumberOfTokens(int count)
    {
        (int[] tokens, string text, FinishReason? finish) = _llama.Run([1], Letters with { MaxTokens = count });
        Assert.That((tokens.Length, text.Length, finish), Is.EqualTo((count, count, (FinishReason?)FinishReason.Length)));
    }

    /// <summary>The last token needs no place in the cache.</summary>
    [TestCase(1)]
    [TestCase(100)]
    [TestCase(Context)]
    public void FullContextEndsTheText(int promptLength)
    {
        int[] prompt = TinyVocabulary.RandomTokens(new Random(1), promptLength);
        (int[] tokens, _, FinishReason? finish) = _llama.Run(prompt, Letters with { MaxTokens = -1 });
        Assert.That((tokens.Length, finish), Is.EqualTo((Context - promptLength + 1, (FinishReason?)FinishReason.Length)));
    }

    [Test]
    public void RefusesPromptsThatCannotRun()
    {
        Assert.That(() => Model.Start([], Letters), Throws.InstanceOf<ModelException>().With.Message.Contains("no tokens"));
        Assert.That(() => Model.Start(new int[Context + 1], Letters), Throws.InstanceOf<ModelException>().With.Message.Contains($"{Context + 1} tokens"));
        Assert.That(() => Model.Start([1, TinyVocabulary.Count], Letters), Throws.InstanceOf<ModelException>().With.Message.Contains($"token {TinyVocabulary.Count}"));
        Assert.That(() => Model.Start([-1], Letters), Throws.InstanceOf<ModelException>().With.Message.Contains("token -1"));
        Assert.That(() => Model.Evaluate([int.MaxValue], false, (_, _) => { }), Throws.InstanceOf<ModelException>());
        Assert.That(() => Model.Complete(new string('x', Context)), Throws.InstanceOf<ModelException>());
        Assert.That(() => Model.Complete("x", sampling: new SamplingOptions { TopP = -1 }), Throws.InstanceOf<SamplingException>());
    }

    [Test]
    public void EvaluateGivesEveryPositionInOrder()
    {
        int[] tokens = TinyVocabulary.RandomTokens(new Random(2), 100);
        var positions = new List<int>();
        var all = new List<float[]>();
        Model.Evaluate(tokens, allPositions: true, (logits, position) =>
        {
            positions.Add(position);
            all.Add(logits.ToArray());
        });
        Assert.That(positions, Is.EqualTo(Enumerable.Range(0, 100)));
        Model.Evaluate(tokens, allPositions: false, (logits, position) =>
        {
            Assert.That(position, Is.EqualTo(99));
            Assert.That(logits.ToArray(), Is.EqualTo(all[99]));
        });
    }

    [Test]
    public void LogProbabilitiesAreThoseOfTheLogits()
    {
        var options = new GenerationOptions { MaxTokens = 20, LogProbabilities = 3, Sampling = new SamplingOptions { Temperature = 0, IgnoreEos = true } };
        int[] prompt = TinyVocabulary.RandomTokens(new Random(3), 10);
        using Generation generation = Model.Start(prompt, options);
        TinyLlama.ReadAll(generation);
        Model.Leave(generation);
        Assert.That(generation.LogProbabilities, Has.Count.EqualTo(20));
        Model.Evaluate([.. prompt, .. generation.Tokens], allPositions: true, (logits, position) =>
        {
            if (position < prompt.Length - 1 || position >= prompt.Length + 19)
                return;
            float[] row = logits.ToArray();
            double logSum = Math.Log(row.Sum(logit => Math.Exp(logit)));
            int[] best = [.. Enumerable.Range(0, row.Length).OrderByDescending(id => row[id]).Take(3)];
            (int Id, float LogProbability)[] found = generation.LogProbabilities[position - prompt.Length + 1];
            Assert.That(found.Select(entry => entry.Id), Is.EqualTo(best));
            Assert.That(found.Select(entry => (double)entry.LogProbability), Is.EqualTo(best.Select(id => row[id] - logSum)).Within(1e-5));
        });
    }

    [Test]
    public void CompleteTellsTextReasonAndUsage()
    {
        Completion plain = Model.Complete("once", maxTokens: 12, sampling: TinyLlama.Letters());
        Completion echoed = Model.Complete("once", maxTokens: 12, echo: true, sampling: TinyLlama.Letters());
        Assert.That(plain.Choices.Single().Text, Has.Length.EqualTo(12));
        Assert.That(echoed.Choices.Single().Text, Is.EqualTo("once" + plain.Choices.Single().Text));
        Assert.That(plain.Choices.Single().FinishReason, Is.EqualTo(FinishReason.Length));
        Assert.That(plain.Usage, Is.EqualTo(new CompletionUsage(5, 12)), "BOS and four letters");
        Assert.That(plain.Usage.TotalTokens, Is.EqualTo(17));
    }

    [Test]
    public void CompleteStopsWhenCancelled()
    {
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();
        Assert.That(() => Model.Complete("once", -1, cancellationToken: cancelled.Token), Throws.InstanceOf<OperationCanceledException>());
        Assert.That(_llama.BlocksInUse, Is.Zero);
    }

    /// <summary>Bytes of 'é', '😀' and 'a' at random: pieces hold whole characters, as the bytes decode when taken together.</summary>
    [Test]
    public async Task PiecesAreWholeCharacters([Values(1u, 2u, 3u)] uint seed)
    {
        int[] tokens = [.. "é😀"u8.ToArray().Select(TinyVocabulary.ByteToken), TinyVocabulary.Letter('a')];
        var options = new GenerationOptions { MaxTokens = 120, Sampling = TinyLlama.Only(seed, tokens) };
        var pieces = new List<string>();
        await foreach (string piece in Model.GenerateAsync("x", options))
            pieces.Add(piece);
        Assert.That(pieces, Has.None.Matches<string>(piece => string.IsNullOrEmpty(piece) || char.IsLowSurrogate(piece[0]) || char.IsHighSurrogate(piece[^1])));
        int[] generated = _llama.Run(Model.Tokenizer.Encode("x", true, true), options).Tokens;
        Assert.That(string.Concat(pieces), Is.EqualTo(Encoding.UTF8.GetString(Model.Tokenizer.Decode(generated, special: false))));
    }

    [Test]
    public async Task LeavingTheEnumerationFreesTheSequence()
    {
        for (int round = 0; round < 5; round++)
        {
            await foreach (string piece in Model.GenerateAsync("x", Letters with { MaxTokens = -1 }))
            {
                Assert.That(piece, Is.Not.Empty);
                break;
            }
            Assert.That(_llama.BlocksInUse, Is.Zero);
        }
    }

    [Test]
    public void CancellingTheEnumerationThrows()
    {
        using var source = new CancellationTokenSource();
        async Task Consume()
        {
            await foreach (string piece in Model.GenerateAsync("x", Letters with { MaxTokens = -1 }, source.Token))
                await source.CancelAsync();
        }

        Assert.That(Consume, Throws.InstanceOf<OperationCanceledException>());
        Assert.That(_llama.BlocksInUse, Is.Zero);
    }

    [Test]
    public void RefusesVocabularyOfAnotherSizeThanTheTable()
    {
        var changed = new Dictionary<string, (GgufTensorType, long[])> { ["token_embd.weight"] = (GgufTensorType.F32, [32, TinyVocabulary.Count + 1]) };
        Assert.That(
            () => new TinyLlama(model: new TinyModel { Tied = true, Changed = changed }),
            Throws.InstanceOf<ModelException>().With.Message.Contains("tokenizer.ggml.tokens"));
    }

    [Test]
    public void WarnsOfNothingInASoundFile() => Assert.That(Model.Warnings, Is.Empty);

    [Test]
    public void WarnsOfTensorsThatOnlyOtherLayersHave()
    {
        using var odd = new TinyLlama(model: new TinyModel { Biases = true, Omitted = ["blk.1.attn_q.bias"] });
        Assert.That(odd.Model.Warnings, Has.One.EndsWith("other layers have what is missing in this file, 1 tensor (blk.1.attn_q.bias), so results may be wrong"));
    }

    [Test]
    public void WarnsOfTensorsThatNobodyReads()
    {
        var keys = new Dictionary<string, GgufValue> { [".block_count"] = GgufValue.From(1u) };
        using var odd = new TinyLlama(model: new TinyModel { Keys = keys });
        Assert.That(odd.Model.Warnings, Has.One.Contains("the architecture llama does not read 9 tensors (blk.1."));
    }

    [Test]
    public void StateGoesOnAsThePromptItself([Values(1, 2, 90)] int saved, [Values(1, 60, 90, 100)] int prompted)
    {
        using var folder = new TemporaryFolder();
        int[] tokens = TinyVocabulary.RandomTokens(new Random(1), 100);
        Model.SaveState(tokens.AsSpan(0, saved), folder.File("state"));
        using var other = new TinyLlama(new LlamaModelOptions { Threads = 1, ContextSize = 200, BatchSize = 16 });
        GenerationOptions options = Letters with { MaxTokens = 20, State = folder.File("state") };
        using Generation generation = other.Model.Start(tokens[..prompted], options);
        string text = TinyLlama.ReadAll(generation);
        other.Model.Leave(generation);
        Assert.That(text, Is.EqualTo(other.Run(tokens[..prompted], options with { State = null }).Text));
        Assert.That(generation.Timings.PromptTokens, Is.EqualTo(prompted - Math.Min(saved - 1, prompted - 1)), "the rest was in the state");
    }

    [Test]
    public void StateOfAnotherBeginningServesAsFarAsItGoes()
    {
        using var folder = new TemporaryFolder();
        int[] tokens = TinyVocabulary.RandomTokens(new Random(1), 50);
        int[] prompt = [.. tokens[..30], .. TinyVocabulary.RandomTokens(new Random(2), 10)];
        Model.SaveState(tokens, folder.File("state"));
        Assert.That(_llama.Run(prompt, Letters with { State = folder.File("state") }).Text, Is.EqualTo(_llama.Run(prompt, Letters).Text));
        Assert.That(_llama.BlocksInUse, Is.Zero);
    }

    [Test]
    public void BadStateEndsItsGenerationAlone()
    {
        using var folder = new TemporaryFolder();
        string path = folder.Write("state", "no state"u8);
        Assert.That(() => Model.Complete("x", maxTokens: 2), Throws.Nothing);
        using Generation generation = Model.Start([1], Letters with { State = path });
        Assert.That(() => TinyLlama.ReadAll(generation), Throws.InstanceOf<ModelException>().With.Message.EqualTo($"{path}: is no state file"));
        Model.Leave(generation);
        Assert.That(_llama.Run([1], Letters).Finish, Is.EqualTo(FinishReason.Length));
        Assert.That(_llama.BlocksInUse, Is.Zero);
    }

    [Test]
    public void SaveStateChecksItsPrompt()
    {
        using var folder = new TemporaryFolder();
        Assert.That(() => Model.SaveState([], folder.File("state")), Throws.InstanceOf<ModelException>());
        Assert.That(() => Model.SaveState([1, 100000], folder.File("state")), Throws.InstanceOf<ModelException>());
        Assert.That(() => Model.SaveState([1, 2], folder.File("state"), new CancellationToken(canceled: true)), Throws.InstanceOf<OperationCanceledException>());
        Assert.That(Directory.GetFiles(folder.Path), Is.Empty);
    }

    [Test]
    public void LoadSpeaksOfItsStages()
    {
        var stages = new List<LoadProgress>();
        using var loaded = new TinyLlama(new LlamaModelOptions { Progress = new Recorder(stages) });
        Assert.That(stages.Select(stage => stage.Fraction), Is.Ordered.And.All.InRange(0.0, 1.0));
        Assert.That(stages[^1].Fraction, Is.EqualTo(1));
    }

    [Test]
    public void DescribesItself()
    {
        Assert.That(Model.Architecture, Is.EqualTo("llama"));
        Assert.That(Model.ContextSize, Is.EqualTo(Context));
        Assert.That(Model.VocabularySize, Is.EqualTo(TinyVocabulary.Count));
        Assert.That(Model.Device, Does.StartWith("cpu: ").And.EndsWith("2 threads"));
        Assert.That(Model.Memory.Total, Is.EqualTo(Model.Memory.Weights + Model.Memory.Cache + Model.Memory.States + Model.Memory.Scratch + Model.Memory.Inputs));
        Assert.That(Model.BytesPerToken, Is.InRange(1, Model.Memory.Weights));
    }

    private sealed class Recorder(List<LoadProgress> stages) : IProgress<LoadProgress>
    {
        public void Report(LoadProgress value) => stages.Add(value);
    }
}
