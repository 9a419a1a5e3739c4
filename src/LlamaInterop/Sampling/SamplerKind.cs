namespace LlamaInterop.Sampling;

/// <summary>The samplers whose place in the chain a user may choose; see <see cref="SamplerOrder"/> for their names.</summary>
public enum SamplerKind
{
    /// <summary>Repeat, frequency and presence penalties: <c>penalties</c>, character e.</summary>
    Penalties,

    /// <summary>Penalty on extending a verbatim repetition: <c>dry</c>, character d.</summary>
    Dry,

    /// <summary>Cut at n standard deviations below the best logit: <c>top_n_sigma</c>, character s.</summary>
    TopNSigma,

    /// <summary>The k best: <c>top_k</c>, character k.</summary>
    TopK,

    /// <summary>Locally typical: <c>typ_p</c>, character y.</summary>
    TypicalP,

    /// <summary>Nucleus: <c>top_p</c>, character p.</summary>
    TopP,

    /// <summary>Cut at a fraction of the best probability: <c>min_p</c>, character m.</summary>
    MinP,

    /// <summary>Exclude top choices: <c>xtc</c>, character x.</summary>
    Xtc,

    /// <summary>Temperature, fixed or dynamic: <c>temperature</c>, character t.</summary>
    Temperature,

    /// <summary>Tail-free: <c>tfs</c>, character f (llama.cpp had it until October 2024).</summary>
    TailFree,
}
