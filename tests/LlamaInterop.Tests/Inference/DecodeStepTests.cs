using LlamaInterop.Inference;
using LlamaInterop.Native;
using LlamaInterop.Sampling;
using LlamaInterop.Tests.Models;
using LlamaInterop.Tokenization;

namespace LlamaInterop.Tests.Inference;

/// <summary>The engine's step, driven on the test's thread: what it allocates and compiles once it is warm.</summary>
internal sealed class DecodeStepTests
{
    private static readonly TinyModel[] s_models = [new(), new() { Window = 40 }, new() { Architecture = "qwen3", HeadNorms = true }];

    [Test]
    public void AllocatesNothingFromStepToBytes([ValueSource(nameof(s_models))] TinyModel model)
    {
        using var decode = new DrivenDecode(model with { Context = 512 });
        decode.Run(80);
        long before = GC.GetAllocatedBytesForCurrentThread();
        decode.Run(200);
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
        Assert.That(decode.BytesRead, Is.EqualTo(280), "every step gave its letter");
    }

    [Test]
    public void CompilesNothingAtGrowingLength()
    {
        using var decode = new DrivenDecode(new TinyModel { Context = 512 });
        decode.Run(2);
        int programs = decode.ProgramsCreated;
        decode.Run(200);
        Assert.That(decode.ProgramsCreated, Is.EqualTo(programs));
    }

    /// <summary>One generation of letters, and the engine's parts without its thread.</summary>
    private sealed class DrivenDecode : IDisposable
    {
        private readonly TinyRunner runner;
        private readonly Scheduler scheduler = new(1);
        private readonly Batch batch;
        private readonly CancelFlag cancel = new();
        private readonly Generation generation;
        private readonly byte[] text = new byte[16];

        public DrivenDecode(TinyModel model)
        {
            runner = new TinyRunner(model);
            batch = runner.Runner.NewBatch();
            SamplingOptions sampling = TinyLlama.Letters() with { RepeatPenalty = 1.1f };
            var chain = new SamplerChain(sampling, new SamplingVocabulary(TinyVocabulary.Count) { ContextLength = model.Context });
            var options = new GenerationOptions { Sampling = sampling, Stop = ["0never", "1never"] };
            generation = new Generation([1, 5, 6], options, chain, Tokenizer.FromGguf(runner.File.Metadata), model.Context)
            {
                Sequence = runner.NewSequence(),
            };
            scheduler.Add(generation);
        }

        public int ProgramsCreated => runner.Runner.ProgramsCreated;

        public int BytesRead { get; private set; }

        public void Run(int steps)
        {
            for (int i = 0; i < steps; i++)
            {
                batch.Clear();
                scheduler.Fill(batch);
                runner.Runner.Run(batch, cancel);
                generation.StepDone(scheduler.StepTokens(0), ticks: 1);
                generation.Choose(runner.Runner.Logits(generation.OutputIndex));
                BytesRead += generation.Output.Read(text);
            }
        }

        public void Dispose()
        {
            generation.Sequence?.Dispose();
            generation.Dispose();
            cancel.Dispose();
            runner.Dispose();
        }
    }
}
