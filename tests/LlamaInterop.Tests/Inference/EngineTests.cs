using LlamaInterop.Inference;
using LlamaInterop.Sampling;
using LlamaInterop.Tests.Models;

namespace LlamaInterop.Tests.Inference;

/// <summary>Generations side by side: none changes another's tokens, however they come and go.</summary>
internal sealed class EngineTests
{
    private static readonly LlamaModelOptions ThreeAtOnce = new() { Threads = 2, MaxSequences = 3, BatchSize = 32 };
    private static readonly TinyModel LongContext = new() { Context = 16384 };

    [Test]
    public async Task GenerationsTogetherGiveTheTokensOfEachAlone()
    {
        using var llama = new TinyLlama(ThreeAtOnce);
        var random = new Random(1);
        int[][] prompts = [.. Enumerable.Range(0, 9).Select(_ => TinyVocabulary.RandomTokens(random, random.Next(1, 150)))];
        GenerationOptions Options(int i) => new() { MaxTokens = 60, Sampling = new SamplingOptions { Seed = (uint)i, Temperature = 1, IgnoreEos = true } };
        int[][] alone = [.. prompts.Select((prompt, i) => llama.Run(prompt, Options(i)).Tokens)];
        int[][] together = await Task.WhenAll(prompts.Select((prompt, i) => Task.Run(() => llama.Run(prompt, Options(i)).Tokens)));
        Assert.That(together, Is.EqualTo(alone));
        Assert.That(llama.BlocksInUse, Is.Zero);
    }

    [Test]
    public void CancelledGenerationLeavesTheOthersAlone()
    {
        using var llama = new TinyLlama(ThreeAtOnce, LongContext);
        var options = new GenerationOptions { Sampling = TinyLlama.Letters() };
        var shorter = options with { MaxTokens = 100 };
        int[] prompt = [1, 4, 5];
        string alone = llama.Run(prompt, shorter).Text;
        for (int round = 0; round < 10; round++)
        {
            using Generation cancelled = llama.Model.Start([1, 9, 8, 7], options);
            using Generation kept = llama.Model.Start(prompt, shorter);
            cancelled.Output.Read(new byte[1]);
            llama.Model.Leave(cancelled);
            Assert.That(cancelled.Finish, Is.EqualTo(FinishReason.Cancelled));
            Assert.That(TinyLlama.ReadAll(kept), Is.EqualTo(alone), $"round {round}");
            llama.Model.Leave(kept);
        }
        Assert.That(llama.BlocksInUse, Is.Zero);
    }

    [Test]
    public void WaitingGenerationIsCancelledWithoutItsTurn()
    {
        using var llama = new TinyLlama(ThreeAtOnce with { MaxSequences = 1 }, LongContext);
        var endless = new GenerationOptions { Sampling = TinyLlama.Letters() };
        using Generation running = llama.Model.Start([1], endless);
        running.Output.Read(new byte[1]);
        using Generation waiting = llama.Model.Start([1], endless);
        llama.Model.Leave(waiting);
        Assert.That(waiting.Finish, Is.EqualTo(FinishReason.Cancelled));
        Assert.That(waiting.Tokens, Is.Empty);
        Assert.That(running.Finish, Is.Null, "the running one runs on");
        llama.Model.Leave(running);
    }

    [Test]
    public void WaitingGenerationsRunInOrderOfArrival()
    {
        using var llama = new TinyLlama(ThreeAtOnce with { MaxSequences = 1 }, LongContext);
        Generation[] all = [.. Enumerable.Range(0, 5).Select(_ => llama.Model.Start([1], new GenerationOptions { MaxTokens = 30, Sampling = TinyLlama.Letters() }))];
        for (int i = all.Length - 1; i >= 0; i--)
        {
            all[i].WaitUntilEnded();
            Assert.That(all[..i].All(earlier => earlier.Finish is not null), Is.True);
        }
        Array.ForEach(all, generation => generation.Dispose());
    }

    [Test]
    public void FailingGenerationIsAloneInFailing()
    {
        using var llama = new TinyLlama(ThreeAtOnce);
        var sound = new GenerationOptions { MaxTokens = 100, Sampling = TinyLlama.Letters() };
        string alone = llama.Run([1], sound).Text;
        using Generation kept = llama.Model.Start([1], sound);
        using Generation failing = llama.Model.Start([1], new GenerationOptions { Sampling = TinyLlama.Only(1) });
        Assert.That(() => TinyLlama.ReadAll(failing), Throws.InstanceOf<SamplingException>());
        llama.Model.Leave(failing);
        Assert.That(TinyLlama.ReadAll(kept), Is.EqualTo(alone));
        llama.Model.Leave(kept);
        Assert.That(llama.Run([1], sound).Text, Is.EqualTo(alone), "the engine goes on");
        Assert.That(llama.BlocksInUse, Is.Zero);
    }

    [Test]
    public void DisposingEndsWhatRunsAndWaits()
    {
        var llama = new TinyLlama(ThreeAtOnce with { MaxSequences = 1 }, LongContext);
        var endless = new GenerationOptions { Sampling = TinyLlama.Letters() };
        using Generation running = llama.Model.Start([1], endless), waiting = llama.Model.Start([1], endless);
        running.Output.Read(new byte[1]);
        llama.Dispose();
        foreach (Generation generation in (Generation[])[running, waiting])
        {
            Assert.That(() => TinyLlama.ReadAll(generation), Throws.InstanceOf<ObjectDisposedException>());
            llama.Model.Leave(generation);
            Assert.That(generation.Finish, Is.EqualTo(FinishReason.Cancelled));
        }
        Assert.That(() => llama.Model.Start([1], endless), Throws.InstanceOf<ObjectDisposedException>());
        Assert.That(() => llama.Model.Evaluate([1], false, (_, _) => { }), Throws.InstanceOf<ObjectDisposedException>());
        llama.Model.Cancel(running);
        llama.Model.Dispose();
    }

    [Test]
    public async Task EvaluationBetweenStepsChangesNothing()
    {
        using var llama = new TinyLlama(ThreeAtOnce);
        int[] tokens = TinyVocabulary.RandomTokens(new Random(3), 90);
        float[] Last()
        {
            float[] last = [];
            llama.Model.Evaluate(tokens, allPositions: false, (logits, _) => last = logits.ToArray());
            return last;
        }

        var options = new GenerationOptions { MaxTokens = 120, Sampling = TinyLlama.Letters() };
        float[] logits = Last();
        string alone = llama.Run([1], options).Text;
        Task<string> generating = Task.Run(() => llama.Run([1], options).Text);
        do
            Assert.That(Last(), Is.EqualTo(logits));
        while (!generating.IsCompleted);
        Assert.That(await generating, Is.EqualTo(alone));
    }

    [Test]
    public void EvaluationThatFindsTheCacheInUseFailsAlone()
    {
        using var llama = new TinyLlama(ThreeAtOnce with { MaxSequences = 1 }, new TinyModel { Context = 4096 });
        using Generation running = llama.Model.Start([1], new GenerationOptions { Sampling = TinyLlama.Letters() });
        running.Output.Read(new byte[1]);
        int[] tokens = TinyVocabulary.RandomTokens(new Random(4), llama.Model.ContextSize);
        Assert.That(() => llama.Model.Evaluate(tokens, false, (_, _) => { }), Throws.InstanceOf<CacheFullException>());
        Assert.That(running.Finish, Is.Null);
        llama.Model.Leave(running);
        Assert.That(llama.BlocksInUse, Is.Zero);
    }

    [Test]
    public void FailureOfTheReceiverReachesTheCaller()
    {
        using var llama = new TinyLlama(ThreeAtOnce);
        Assert.That(
            () => llama.Model.Evaluate([1, 2], true, (_, _) => throw new InvalidDataException("mine")), Throws.InstanceOf<InvalidDataException>());
        Assert.That(llama.BlocksInUse, Is.Zero);
    }

    /// <summary>Receivers run on the engine's thread, so one can ask what that thread has allocated: less than a byte a token.</summary>
    [Test]
    public void EngineThreadAllocatesNothingPerToken()
    {
        const int Tokens = 300;
        using var llama = new TinyLlama(ThreeAtOnce with { MaxSequences = 1 }, LongContext);
        long AllocatedByEngine()
        {
            long bytes = 0;
            llama.Model.Evaluate([1], allPositions: false, (_, _) => bytes = GC.GetAllocatedBytesForCurrentThread());
            return bytes;
        }

        using Generation generation = llama.Model.Start([1], new GenerationOptions { Sampling = TinyLlama.Letters() });
        SpinWait.SpinUntil(() => generation.Tokens.Count > Tokens);
        AllocatedByEngine();
        long ofTheQuestion = -AllocatedByEngine() + AllocatedByEngine();
        long before = AllocatedByEngine();
        int reached = generation.Tokens.Count + Tokens;
        SpinWait.SpinUntil(() => generation.Tokens.Count > reached);
        Assert.That(AllocatedByEngine() - before - ofTheQuestion, Is.LessThan(Tokens));
        llama.Model.Leave(generation);
    }

    /// <summary>Threads that start, read, leave and evaluate as they please: whatever ends by itself has the tokens that it has alone.</summary>
    [Test]
    public async Task ManyThreadsDoNotDisturbEachOther([Range(1, 3)] int seed)
    {
        using var llama = new TinyLlama(ThreeAtOnce);
        GenerationOptions Options(int kind) => new() { MaxTokens = 20 + (30 * kind), Sampling = TinyLlama.Letters((uint)kind) };
        string[] alone = [.. Enumerable.Range(0, 4).Select(kind => llama.Run([1, 5 + kind], Options(kind)).Text)];
        void Live(Random random)
        {
            for (int i = 0; i < 25; i++)
            {
                int kind = random.Next(4);
                using Generation generation = llama.Model.Start([1, 5 + kind], Options(kind));
                bool leaves = random.Next(3) == 0;
                string text = leaves ? "" : TinyLlama.ReadAll(generation);
                llama.Model.Leave(generation);
                Assert.That(leaves || text == alone[kind], Is.True, $"seed {seed}, kind {kind}: {text}");
                if (random.Next(4) == 0)
                    Assert.That(llama.BlocksInUse, Is.InRange(0, 3 * 4));
            }
        }

        await Task.WhenAll(Enumerable.Range(0, 5).Select(thread => Task.Run(() => Live(new Random((seed * 10) + thread)))));
        Assert.That(llama.BlocksInUse, Is.Zero);
    }
}
