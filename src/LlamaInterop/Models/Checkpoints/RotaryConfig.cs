namespace LlamaInterop.Models.Checkpoints;

/// <summary>
/// The rotary positions of a configuration, wherever it has them: <c>rope_parameters</c> or <c>rope_scaling</c>, by kind of layer or for
/// all, <c>rope_theta</c> inside or beside.
/// </summary>
internal sealed class RotaryConfig
{
    private readonly ModelConfig _config;
    private readonly ModelConfig? _section, _windowed;

    private RotaryConfig(ModelConfig config)
    {
        _config = config;
        ModelConfig? all = config.Section("rope_parameters", "rope_scaling");
        _windowed = all?.Section("sliding_attention");
        _section = all?.Section("full_attention") ?? all;
    }

    /// <summary>Base of the frequencies; null where the family's default holds.</summary>
    public float? Base => Number("rope_theta") ?? FirstOf("global_rope_theta", "rope_global_theta", "rope_theta", "rotary_emb_base");

    /// <summary>Base of windowed layers, where it is another.</summary>
    public float? WindowedBase => _windowed is { } section && section.Has("rope_theta") ? section.Float("rope_theta")
        : FirstOf("local_rope_theta", "rope_local_theta", "swa_rope_theta", "rope_local_base_freq");

    /// <summary>The rotated share of a head; null where that is the family's.</summary>
    public float? PartialFactor => Number("partial_rotary_factor") ?? FirstOf("partial_rotary_factor", "rope_pct", "rotary_pct", "rope_percent");

    /// <summary>"default", "linear", "yarn", "llama3", "longrope" and others, in lower case.</summary>
    public string Kind => (_section?.StringOrNull("rope_type", "type") ?? "default").ToLowerInvariant();

    /// <summary>The section, for what only one kind has; null where there is none.</summary>
    public ModelConfig? Section => _section;

    /// <summary>Tokens that were trained on before the stretching; 0 where that is not stated.</summary>
    public int OriginalContext => _section?.IntOr(0, "original_max_position_embeddings") is > 0 and { } tokens ? tokens : _config.IntOr(0, "original_max_position_embeddings");

    public static RotaryConfig Of(ModelConfig config) => new(config);

    /// <summary>Base and scaling.</summary>
    public void Write(HyperParameterWriter keys)
    {
        if (Base is { } theta)
            keys.Set("rope.freq_base", theta);
        if (WindowedBase is { } windowed)
            keys.Set("rope.freq_base_swa", windowed);
        switch (Kind)
        {
            case "linear":
                keys.Set("rope.scaling.type", "linear");
                keys.Set("rope.scaling.factor", _section!.Float("factor"));
                break;
            case "yarn":
                WriteYarn(keys, _section!);
                break;
            case "longrope" or "su":
                keys.Set("rope.scaling.type", "longrope");
                break;
            case "default" or "llama3" or "mrope" or "dynamic" or "proportional":
                break;
            default:
                throw _config.Refuse("rope_scaling", $"is of type '{Kind}'; known are default, linear, yarn, llama3, longrope and dynamic");
        }
    }

    /// <summary>The rotated elements of a head.</summary>
    public void WriteDimensions(HyperParameterWriter keys, int headLength, float defaultFactor = 1) =>
        keys.Set("rope.dimension_count", (int)(headLength * (PartialFactor ?? defaultFactor)));

    /// <summary>The pairs of elements that turn by time, height, width and a fourth axis; the default where none are stated.</summary>
    public int[] Sections(int[] defaultSections)
    {
        const int count = 4;
        int[] stated = _section?.Ints("mrope_section") ?? [];
        int[] sections = stated.Length > 0 ? stated : defaultSections;
        return sections.Length <= count ? [.. sections, .. new int[count - sections.Length]]
            : throw _config.Refuse("mrope_section", $"has {sections.Length} numbers; {count} are the most");
    }

    /// <summary>
    /// Divisors of the frequencies of Llama 3.1 and later: those of long waves by the factor, those of short ones by 1, between by what
    /// lies between; none where the scaling is of another kind.
    /// </summary>
    public (string Name, float[] Values)[] Llama3Factors(int headLength)
    {
        if (Kind != "llama3" || _section is null)
            return [];
        double theta = Base ?? 10000, factor = _section.FloatOr(8, "factor");
        double low = _section.FloatOr(1, "low_freq_factor"), high = _section.FloatOr(4, "high_freq_factor");
        double trained = OriginalContext > 0 ? OriginalContext : 8192;
        if (low <= 0 || high <= low || factor <= 0)
            throw _config.Refuse("rope_scaling", $"has low_freq_factor {low}, high_freq_factor {high} and factor {factor}, which must be above 0, the second above the first");
        return [("rope_freqs.weight", [.. Enumerable.Range(0, headLength / 2).Select(Divisor)])];

        float Divisor(int i)
        {
            double wave = 2 * Math.PI * Math.Pow(theta, 2.0 * i / headLength);
            double smooth = Math.Clamp(((trained / wave) - low) / (high - low), 0, 1);
            return (float)(1 / (((1 - smooth) / factor) + smooth));
        }
    }

    /// <summary>
    /// The factors of longrope (Ding et al. 2024) as tensors, and as keys the context that was trained on and the factor of scores; none
    /// where the scaling is of another kind.
    /// </summary>
    public (string Name, float[] Values)[] LongRopeFactors(HyperParameterWriter keys, int contextLength)
    {
        if (OriginalContext > 0)
            keys.Set("rope.scaling.original_context_length", OriginalContext);
        if (Kind is not ("longrope" or "su"))
            return [];
        if (OriginalContext < 2)
            throw _config.Refuse("original_max_position_embeddings", "is missing, or below 2");
        double stretch = (double)contextLength / OriginalContext;
        float computed = stretch <= 1 ? 1 : (float)Math.Sqrt(1 + (Math.Log(stretch) / Math.Log(OriginalContext)));
        keys.Set("rope.scaling.attn_factor", _section!.FloatOr(computed, "attention_factor"));
        return [("rope_factors_long.weight", Factors("long_factor")), ("rope_factors_short.weight", Factors("short_factor"))];

        float[] Factors(string name) => _section.Floats(name) is { Length: > 0 } factors ? factors : throw _section.Refuse(name, "is missing");
    }

    private void WriteYarn(HyperParameterWriter keys, ModelConfig section)
    {
        keys.Set("rope.scaling.type", "yarn");
        keys.Set("rope.scaling.factor", section.Float("factor"));
        keys.Set("rope.scaling.original_context_length", OriginalContext > 0 ? OriginalContext : _config.Int("max_position_embeddings"));
        DecoderKeys.SetNumberIfThere(keys, section, "rope.scaling.yarn_ext_factor", "extrapolation_factor");
        DecoderKeys.SetNumberIfThere(keys, section, "rope.scaling.attn_factor", "attention_factor", "attn_factor");
        DecoderKeys.SetNumberIfThere(keys, section, "rope.scaling.yarn_beta_fast", "beta_fast");
        DecoderKeys.SetNumberIfThere(keys, section, "rope.scaling.yarn_beta_slow", "beta_slow");
    }

    private float? Number(string name) => _section is { } section && section.Has(name) ? section.Float(name) : null;

    private float? FirstOf(params ReadOnlySpan<string> names) => _config.Has(names) ? _config.Float(names) : null;
}
