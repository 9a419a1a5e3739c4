using LlamaInterop.Inference;
using LlamaInterop.Native;
using LlamaInterop.Sampling;
using LlamaInterop.Tests.Models;
using LlamaInterop.Tokenization;

namespace LlamaInterop.Tests.Inference;

/// <summary>The engine's step, driven on the test's thread: what it allocates and compiles once it is warm.</summary>
internal sealed class DecodeStepTests
{
    private static readonly TinyModel[] Models = [new(), new() { Window = 40 }, new() { Architecture = "qwen3", HeadNorms = true }];

    [Test]
    public void AllocatesNothingFromStepToBytes([ValueSource(nameof(Models))] TinyModel model) =>
        AssertAllocatesNothing(new TinyRunner(model with { Context = 512 }));

    [Test]
    public void AllocatesNothingForWindowsAndStates([Values("wa", "rs", "rwva")] string layers) =>
        AssertAllocatesNothing(new TinyRunner(new TinyMixture(layers) { Context = 512 }));

    private static void AssertAllocatesNothing(TinyRunner runner)
    {
        using var decode = new DrivenDecode(runner);
        decode.Run(80);
        Assert.That(Allocations.LeastOf(() => decode.Run(100)), Is.Zero);
        Assert.That(decode.BytesRead, Is.EqualTo(80 + (100 * Allocations.Tries)), "every step gave its letter");
    }

    [Test]
    public void CompilesNothingAtGrowingLength()
    {
        using var decode = new DrivenDecode(new TinyRunner(new TinyModel { Context = 512 }));
        decode.Run(2);
        int programs = decode.ProgramsCreated;
        decode.Run(200);
        Assert.That(decode.ProgramsCreated, Is.EqualTo(programs));
    }

    /// <summary>One generation of letters, and the engine's parts without its thread.</summary>
    private sealed class DrivenDecode : IDisposable
    {
        private readonly TinyRunner _runner;
        private readonly Scheduler _scheduler = new(1);
        private readonly Batch _batch;
        private readonly CancelFlag _cancel = new();
        private readonly Generation _generation;
        private readonly byte[] _text = new byte[16];

        public DrivenDecode(TinyRunner runner)
        {
            _runner = runner;
            int context = runner.Runner.Options.ContextSize;
            _batch = _runner.Runner.NewBatch();
            SamplingOptions sampling = TinyLlama.Letters() with { RepeatPenalty = 1.1f };
            var chain = new SamplerChain(sampling, new SamplingVocabulary(TinyVocabulary.Count) { ContextLength = context });
            var options = new GenerationOptions { Sampling = sampling, Stop = ["0never", "1never"] };
            _generation = new Generation([1, 5, 6], options, chain, Tokenizer.FromGguf(_runner.File.Metadata), context)
            {
                Sequence = _runner.NewSequence(),
            };
            _scheduler.Add(_generation);
        }

        public int ProgramsCreated => _runner.Runner.ProgramsCreated;

        public int BytesRead { get; private set; }

        public void Run(int steps)
        {
            for (int i = 0; i < steps; i++)
            {
                _batch.Clear();
                _scheduler.Fill(_batch);
                _runner.Runner.Run(_batch, _cancel);
                _generation.StepDone(_scheduler.StepTokens(0), ticks: 1);
                _generation.Choose(_runner.Runner.Logits(_generation.OutputIndex));
                BytesRead += _generation.Output.Read(_text);
            }
        }

        public void Dispose()
        {
            _generation.Sequence?.Dispose();
            _generation.Dispose();
            _cancel.Dispose();
            _runner.Dispose();
        }
    }
}
