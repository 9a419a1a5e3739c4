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
    private readonly int[] _prompt;
    private readonly List<int> _tokens;
    private readonly List<(int Id, float LogProbability)[]> _logProbabilities = [];
    private readonly GenerationOptions _options;
    private readonly SamplerChain _chain;
    private readonly Tokenizer _tokenizer;
    private readonly TokenDecoder _decoder;
    private readonly StopMatcher _stops;
    private readonly byte[] _piece;
    private readonly byte[] _safe;
    private readonly int _maxTokens;
    private int _computed, _resumed;
    private long _promptTicks, _evaluationTicks, _samplingTicks;
    private int _evaluated, _encoded;
    private volatile bool _cancelled;
    private readonly ManualResetEventSlim _ended = new();

    /// <param name="prompt">At least one token; fits the context.</param>
    /// <param name="options">What to generate.</param>
    /// <param name="chain">The sampler, of this generation's alone.</param>
    /// <param name="tokenizer">The model's.</param>
    /// <param name="contextSize">Tokens that the sequence may have.</param>
    public Generation(int[] prompt, GenerationOptions options, SamplerChain chain, Tokenizer tokenizer, int contextSize)
    {
        _prompt = prompt;
        _options = options;
        _chain = chain;
        _tokenizer = tokenizer;
        int room = contextSize - prompt.Length + 1;
        _maxTokens = options.MaxTokens < 0 ? room : Math.Min(options.MaxTokens, room);
        _tokens = new List<int>(_maxTokens);
        _decoder = new TokenDecoder(tokenizer, options.ShowSpecialTokens);
        _piece = new byte[_decoder.MaxBytes];
        _stops = new StopMatcher(options.Stop, _piece.Length);
        _safe = new byte[_stops.Capacity];
        foreach (int token in prompt)
            chain.Accept(token);
    }

    /// <summary>The text as it comes.</summary>
    public OutputQueue Output { get; } = new();

    public SamplerChain Chain => _chain;

    /// <summary>What the encoder reads before the first step; empty for a model without one.</summary>
    public int[] EncoderTokens { get; init; } = [];

    /// <summary>Whether the encoder's text has still to be read.</summary>
    public bool NeedsEncoder => EncoderTokens.Length > 0 && Sequence is { EncoderLength: 0 };

    /// <summary>The prompt's tokens.</summary>
    public IReadOnlyList<int> Prompt => _prompt;

    /// <summary>The generated tokens, the end token included.</summary>
    public IReadOnlyList<int> Tokens => _tokens;

    /// <summary>For each generated token the best ones of its step, where the options ask for them.</summary>
    public IReadOnlyList<(int Id, float LogProbability)[]> LogProbabilities => _logProbabilities;

    /// <summary>Why it ended; null while it runs.</summary>
    public FinishReason? Finish { get; private set; }

    public GenerationTimings Timings => new(
        Math.Min(_computed, _prompt.Length) - _resumed + _encoded, Stopwatch.GetElapsedTime(0, _promptTicks), _evaluated, Stopwatch.GetElapsedTime(0, _evaluationTicks),
        _tokens.Count, Stopwatch.GetElapsedTime(0, _samplingTicks));

    /// <summary>Set while the engine runs it.</summary>
    public Sequence? Sequence { get; set; }

    /// <summary>Polled by the step that computes this generation's tokens.</summary>
    public bool IsCancelled => _cancelled;

    /// <summary>Where the step's logits for this generation lie; -1 for none.</summary>
    public int OutputIndex { get; set; } = -1;

    /// <summary>Tokens that wait to be computed: the rest of the prompt, or the one that was last chosen.</summary>
    public int PendingCount => _prompt.Length + _tokens.Count - _computed;

    public int Pending(int i) => _computed + i < _prompt.Length ? _prompt[_computed + i] : _tokens[_computed + i - _prompt.Length];

    /// <summary>Asks the engine to end it.</summary>
    public void Cancel() => _cancelled = true;

    /// <summary>Takes a sequence: an empty one, or the one of the options' state file, as far as it begins the prompt.</summary>
    public void Begin(ModelRunner runner)
    {
        Sequence = _options.State is { } path ? PromptState.Resume(runner, path, _prompt) : new Sequence(runner.Cache);
        _computed = _resumed = Sequence.Length;
    }

    /// <summary>Ends it before its first step where nothing is to be generated.</summary>
    public void StartOrFinish()
    {
        if (_maxTokens == 0)
            End(FinishReason.Length, null);
    }

    /// <summary>The encoder has read its text.</summary>
    public void EncoderDone(long ticks)
    {
        _promptTicks += ticks;
        _encoded = EncoderTokens.Length;
    }

    /// <summary>A step has computed <paramref name="count"/> of the pending tokens.</summary>
    public void StepDone(int count, long ticks)
    {
        if (_computed < _prompt.Length)
        {
            _promptTicks += ticks;
        }
        else
        {
            _evaluationTicks += ticks;
            _evaluated += count;
        }
        _computed += count;
    }

    /// <summary>Chooses the next token from the logits of the last computed one, and gives out its text.</summary>
    /// <returns>Why it is to end now, or null where it goes on.</returns>
    public FinishReason? Choose(ReadOnlySpan<float> logits)
    {
        long start = Stopwatch.GetTimestamp();
        if (_options.LogProbabilities > 0)
        {
            var best = new (int, float)[Math.Min(_options.LogProbabilities, logits.Length)];
            Sampling.LogProbabilities.Top(logits, best);
            _logProbabilities.Add(best);
        }
        int token = _chain.Sample(logits);
        _chain.Accept(token);
        _samplingTicks += Stopwatch.GetTimestamp() - start;
        _tokens.Add(token);
        return GiveOut(token);
    }

    /// <summary>Ends it: gives out what is held back, or the failure.</summary>
    public void End(FinishReason reason, Exception? failure)
    {
        if (Finish is not null)
            return;
        if (reason != FinishReason.Stop)
        {
            int rest = _decoder.Flush(_piece);
            (int written, _) = _stops.Push(_piece.AsSpan(0, rest), _safe);
            Output.Append(_safe.AsSpan(0, written));
            Output.Append(_safe.AsSpan(0, _stops.Flush(_safe)));
        }
        Finish = reason;
        Output.Complete(failure);
        _ended.Set();
    }

    /// <summary>Blocks until the engine has ended it.</summary>
    public void WaitUntilEnded() => _ended.Wait();

    public void Dispose()
    {
        Output.Dispose();
        _ended.Dispose();
    }

    private FinishReason? GiveOut(int token)
    {
        if (_tokenizer.Vocabulary.IsEndOfGeneration(token))
            return FinishReason.EndOfText;
        int length = _decoder.Decode(token, _piece);
        (int written, bool stopped) = _stops.Push(_piece.AsSpan(0, length), _safe);
        Output.Append(_safe.AsSpan(0, written));
        if (stopped)
            return FinishReason.Stop;
        return _tokens.Count >= _maxTokens ? FinishReason.Length : null;
    }
}
