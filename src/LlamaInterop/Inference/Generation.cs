using System.Diagnostics;
using LlamaInterop.Sampling;
using LlamaInterop.Tokenization;

namespace LlamaInterop.Inference;

/// <summary>
/// One request on its way through the engine: its prompt, its sequence, its sampler and the text that it gives. The engine's thread
/// moves it on; a reader takes the text.
/// </summary>
internal sealed class Generation : IDisposable
{
    private readonly int[] prompt;
    private readonly List<int> tokens;
    private readonly List<(int Id, float LogProbability)[]> logProbabilities = [];
    private readonly GenerationOptions options;
    private readonly SamplerChain chain;
    private readonly Tokenizer tokenizer;
    private readonly TokenDecoder decoder;
    private readonly StopMatcher stops;
    private readonly byte[] piece;
    private readonly byte[] safe;
    private readonly int maxTokens;
    private int computed;
    private long promptTicks, evaluationTicks, samplingTicks;
    private int evaluated;
    private volatile bool cancelled;
    private readonly ManualResetEventSlim ended = new();

    /// <param name="prompt">At least one token; fits the context.</param>
    /// <param name="options">What to generate.</param>
    /// <param name="chain">The sampler, of this generation's alone.</param>
    /// <param name="tokenizer">The model's.</param>
    /// <param name="contextSize">Tokens that the sequence may have.</param>
    public Generation(int[] prompt, GenerationOptions options, SamplerChain chain, Tokenizer tokenizer, int contextSize)
    {
        this.prompt = prompt;
        this.options = options;
        this.chain = chain;
        this.tokenizer = tokenizer;
        int room = contextSize - prompt.Length + 1;
        maxTokens = options.MaxTokens < 0 ? room : Math.Min(options.MaxTokens, room);
        tokens = new List<int>(maxTokens);
        decoder = new TokenDecoder(tokenizer, options.ShowSpecialTokens);
        piece = new byte[decoder.MaxBytes];
        stops = new StopMatcher(options.Stop, piece.Length);
        safe = new byte[stops.Capacity];
        foreach (int token in prompt)
            chain.Accept(token);
    }

    /// <summary>The text as it comes.</summary>
    public OutputQueue Output { get; } = new();

    public SamplerChain Chain => chain;

    /// <summary>The prompt's tokens.</summary>
    public IReadOnlyList<int> Prompt => prompt;

    /// <summary>The generated tokens, the end token included.</summary>
    public IReadOnlyList<int> Tokens => tokens;

    /// <summary>For each generated token the best ones of its step, where the options ask for them.</summary>
    public IReadOnlyList<(int Id, float LogProbability)[]> LogProbabilities => logProbabilities;

    /// <summary>Why it ended; null while it runs.</summary>
    public FinishReason? Finish { get; private set; }

    public GenerationTimings Timings => new(
        prompt.Length, Stopwatch.GetElapsedTime(0, promptTicks), evaluated, Stopwatch.GetElapsedTime(0, evaluationTicks),
        tokens.Count, Stopwatch.GetElapsedTime(0, samplingTicks));

    /// <summary>Set while the engine runs it.</summary>
    public Sequence? Sequence { get; set; }

    /// <summary>Polled by the step that computes this generation's tokens.</summary>
    public bool IsCancelled => cancelled;

    /// <summary>Where the step's logits for this generation lie; -1 for none.</summary>
    public int OutputIndex { get; set; } = -1;

    /// <summary>Tokens that wait to be computed: the rest of the prompt, or the one that was last chosen.</summary>
    public int PendingCount => prompt.Length + tokens.Count - computed;

    public int Pending(int i) => computed + i < prompt.Length ? prompt[computed + i] : tokens[computed + i - prompt.Length];

    /// <summary>Asks the engine to end it.</summary>
    public void Cancel() => cancelled = true;

    /// <summary>Ends it before its first step where nothing is to be generated.</summary>
    public void StartOrFinish()
    {
        if (maxTokens == 0)
            End(FinishReason.Length, null);
    }

    /// <summary>A step has computed <paramref name="count"/> of the pending tokens.</summary>
    public void StepDone(int count, long ticks)
    {
        if (computed < prompt.Length)
        {
            promptTicks += ticks;
        }
        else
        {
            evaluationTicks += ticks;
            evaluated += count;
        }
        computed += count;
    }

    /// <summary>Chooses the next token from the logits of the last computed one, and gives out its text.</summary>
    public void Choose(ReadOnlySpan<float> logits)
    {
        long start = Stopwatch.GetTimestamp();
        if (options.LogProbabilities > 0)
        {
            var best = new (int, float)[Math.Min(options.LogProbabilities, logits.Length)];
            Sampling.LogProbabilities.Top(logits, best);
            logProbabilities.Add(best);
        }
        int token = chain.Sample(logits);
        chain.Accept(token);
        samplingTicks += Stopwatch.GetTimestamp() - start;
        tokens.Add(token);
        GiveOut(token);
    }

    /// <summary>Ends it: gives out what is held back, or the failure.</summary>
    public void End(FinishReason reason, Exception? failure)
    {
        if (Finish is not null)
            return;
        if (reason != FinishReason.Stop)
        {
            int rest = decoder.Flush(piece);
            (int written, _) = stops.Push(piece.AsSpan(0, rest), safe);
            Output.Append(safe.AsSpan(0, written));
            Output.Append(safe.AsSpan(0, stops.Flush(safe)));
        }
        Finish = reason;
        Output.Complete(failure);
        ended.Set();
    }

    /// <summary>Blocks until the engine has ended it.</summary>
    public void WaitUntilEnded() => ended.Wait();

    public void Dispose()
    {
        Output.Dispose();
        ended.Dispose();
    }

    private void GiveOut(int token)
    {
        if (tokenizer.Vocabulary.IsEndOfGeneration(token))
        {
            End(FinishReason.EndOfText, null);
            return;
        }
        int length = decoder.Decode(token, piece);
        (int written, bool stopped) = stops.Push(piece.AsSpan(0, length), safe);
        Output.Append(safe.AsSpan(0, written));
        if (stopped)
            End(FinishReason.Stop, null);
        else if (tokens.Count >= maxTokens)
            End(FinishReason.Length, null);
    }
}
