namespace LlamaInterop.Sampling;

/// <summary>One step of a <see cref="SamplerChain"/>: it changes logits, drops candidates or, as the last step, selects one of them.</summary>
/// <remarks>No member allocates after construction. A sampler belongs to one sequence and is not safe for concurrent use.</remarks>
public interface ISampler
{
    /// <summary>The name that <see cref="SamplerChain.Describe"/> prints, spelled as llama.cpp spells it.</summary>
    string Name { get; }

    /// <summary>Applies the step to the candidates of one position.</summary>
    void Apply(ref Candidates candidates);

    /// <summary>Tells the sampler a token that now stands in the sequence: of the prompt, or chosen.</summary>
    void Accept(int token);

    /// <summary>Forgets all accepted tokens and starts the sampler's random numbers anew from their seed.</summary>
    void Reset();

    /// <summary>An independent sampler in the same state: it continues as this one would.</summary>
    ISampler Clone();
}
