
namespace LlamaInterop.Sampling;

/// <summary>Chooses the tokens of one sequence: samplers in a visible order, of which the last one selects.</summary>
/// <remarks>
/// Nothing is allocated after construction. The same seed, options, accepted tokens and logits give the same ids on every platform: random
/// numbers, exponentials and logarithms are the house's own (<see cref="Pcg32"/>), and all else is single IEEE operations in a
/// fixed order. A chain is not safe for concurrent use.
/// </remarks>
public sealed class SamplerChain
{
    private readonly ISampler[] _samplers;
    private readonly string _description;
    private Candidates _candidates;

    /// <summary>Builds the chain that the options describe.</summary>
    /// <param name="options">Checked here: see <see cref="SamplingOptions.Validate"/>.</param>
    /// <param name="vocabulary">What the options need to know of the model.</param>
    /// <param name="workspace">Columns to work in, of the vocabulary's size. Chains that never sample at the same time may share them; null allocates own ones.</param>
    /// <exception cref="SamplingException">An option is out of range or does not fit the vocabulary; the message names it.</exception>
    public SamplerChain(SamplingOptions options, SamplingVocabulary vocabulary, Candidates? workspace = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(vocabulary);
        if (vocabulary.Size < 1)
            throw new SamplingException($"a vocabulary of {vocabulary.Size} tokens cannot be sampled from");
        options.Validate();
        Seed = options.Seed == SamplingOptions.RandomSeed ? DrawSeed() : options.Seed;
        var list = new SamplerList(options, vocabulary, Seed);
        _samplers = list.Samplers;
        _description = list.Description;
        _candidates = WorkspaceFor(vocabulary.Size, workspace);
    }

    private SamplerChain(SamplerChain other, Candidates? workspace)
    {
        _samplers = Array.ConvertAll(other._samplers, sampler => sampler.Clone());
        _description = other._description;
        Seed = other.Seed;
        _candidates = WorkspaceFor(other._candidates.Capacity, workspace);
    }

    /// <summary>The seed in use: the options' one, or the one drawn where they ask for a random seed.</summary>
    public uint Seed { get; }

    /// <summary>The probability that the last sampled token had among the candidates left at the end of the chain; 1 for greedy, 0 before the first.</summary>
    public float SelectedProbability => _candidates.SelectedProbability;

    /// <summary>Chooses a token for one position. The chain does not take note of it: see <see cref="Accept"/>.</summary>
    /// <param name="logits">One logit for each token; NaN and negative infinity are never chosen.</param>
    /// <returns>The token's id.</returns>
    /// <exception cref="SamplingException">The row has the wrong length, or no token of it can be chosen.</exception>
    public int Sample(ReadOnlySpan<float> logits)
    {
        if (logits.Length != _candidates.Capacity)
            throw new SamplingException($"a row of {logits.Length} logits for a vocabulary of {_candidates.Capacity} tokens");
        _candidates.Load(logits);
        if (!_candidates.AnyLeft)
            throw new SamplingException($"no token can be chosen: all {logits.Length} logits are NaN or -inf");
        foreach (var sampler in _samplers)
            sampler.Apply(ref _candidates);
        return _candidates.SelectedId;
    }

    /// <summary>Tells the chain a token that now stands in the sequence, whether of the prompt or sampled.</summary>
    /// <exception cref="SamplingException">The id is not in the vocabulary.</exception>
    public void Accept(int token)
    {
        if ((uint)token >= (uint)_candidates.Capacity)
            throw new SamplingException($"token {token} is not in the vocabulary of {_candidates.Capacity} tokens");
        foreach (var sampler in _samplers)
            sampler.Accept(token);
    }

    /// <summary>Forgets all accepted tokens and starts the random numbers anew from <see cref="Seed"/>, which stays.</summary>
    public void Reset()
    {
        foreach (var sampler in _samplers)
            sampler.Reset();
    }

    /// <summary>A chain in the same state that goes its own way from here, as for a forked sequence.</summary>
    /// <param name="workspace">As for the constructor.</param>
    public SamplerChain Clone(Candidates? workspace = null) => new(this, workspace);

    /// <summary>The order as llama.cpp prints it: <c>logits -> ?penalties -> top-k -> dist</c>; a question mark stands before what has no effect.</summary>
    public string Describe() => _description;

    private static Candidates WorkspaceFor(int vocabularySize, Candidates? workspace)
    {
        if (workspace is { } given && given.Capacity != vocabularySize)
            throw new SamplingException($"a workspace of {given.Capacity} tokens for a vocabulary of {vocabularySize}");
        return workspace ?? new Candidates(vocabularySize);
    }

    private static uint DrawSeed() => (uint)Random.Shared.Next();
}
