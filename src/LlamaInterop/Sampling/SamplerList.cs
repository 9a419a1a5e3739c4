namespace LlamaInterop.Sampling;

/// <summary>Turns options into the samplers of a chain: the one place where a sampler is registered.</summary>
internal sealed class SamplerList
{
    // Samplers that draw share the seed and differ by stream.
    private const ulong DrawStream = 0;
    private const ulong XtcStream = 1;

    private readonly SamplingOptions _options;
    private readonly SamplingVocabulary _vocabulary;
    private readonly uint _seed;
    private readonly List<ISampler> _samplers = [];
    private readonly List<string> _names = ["logits"];

    public SamplerList(SamplingOptions options, SamplingVocabulary vocabulary, uint seed)
    {
        _options = options;
        _vocabulary = vocabulary;
        _seed = seed;
        AddLogitBias();
        if (options.Mirostat == 0)
        {
            foreach (var kind in options.Samplers)
                AddOne(kind);
        }
        else
        {
            Add(new TemperatureSampler(options.Temperature), options.Temperature != 1);
        }
        Add(CreateLast(), true);
    }

    /// <summary>The samplers that have an effect, in order; the last one selects.</summary>
    public ISampler[] Samplers => [.. _samplers];

    /// <summary>All names in order, divided by arrows; those without effect behind a question mark, as llama.cpp prints them.</summary>
    public string Description => string.Join(" -> ", _names);

    private void AddLogitBias()
    {
        foreach (var bias in _options.LogitBias)
            RequireToken("logit_bias", bias.Token);
        IEnumerable<LogitBias> biases = _options.LogitBias;
        if (_options.IgnoreEos)
        {
            foreach (int token in _vocabulary.EndOfGeneration)
                RequireToken("ignore_eos", token);
            biases = biases.Concat(_vocabulary.EndOfGeneration.Select(token => new LogitBias(token, float.NegativeInfinity)));
        }
        var list = biases.ToArray();
        if (list.Length > 0)
            Add(new LogitBiasSampler(list), true);
    }

    private void AddOne(SamplerKind kind)
    {
        var o = _options;
        switch (kind)
        {
            case SamplerKind.Penalties:
                AddPenalties();
                break;
            case SamplerKind.Dry:
                AddDry();
                break;
            case SamplerKind.TopNSigma:
                Add(new TopNSigmaSampler(o.TopNSigma), o.TopNSigma > 0);
                break;
            case SamplerKind.TopK:
                Add(new TopKSampler(o.TopK), o.TopK > 0);
                break;
            case SamplerKind.TypicalP:
                Add(new TypicalSampler(o.TypicalP, o.MinKeep), o.TypicalP < 1);
                break;
            case SamplerKind.TopP:
                Add(new TopPSampler(o.TopP, o.MinKeep), o.TopP < 1);
                break;
            case SamplerKind.MinP:
                Add(new MinPSampler(o.MinP, o.MinKeep), o.MinP > 0);
                break;
            case SamplerKind.Xtc:
                var random = new Pcg32(_seed, XtcStream);
                Add(new XtcSampler(o.XtcProbability, o.XtcThreshold, o.MinKeep, random), o.XtcProbability > 0 && o.XtcThreshold <= 0.5f);
                break;
            case SamplerKind.Temperature:
                var temperature = new TemperatureSampler(o.Temperature, o.DynamicTemperatureRange, o.DynamicTemperatureExponent);
                Add(temperature, o.Temperature != 1 || o.DynamicTemperatureRange > 0);
                break;
            case SamplerKind.TailFree:
                Add(new TailFreeSampler(o.TailFreeZ, o.MinKeep), o.TailFreeZ < 1);
                break;
        }
    }

    private void AddPenalties()
    {
        var o = _options;
        bool changesLogits = o.RepeatPenalty != 1 || o.FrequencyPenalty != 0 || o.PresencePenalty != 0;
        int window = changesLogits ? WindowOf("repeat_last_n", o.RepeatLastN) : 0;
        Add(new PenaltiesSampler(Math.Max(window, 1), o.RepeatPenalty, o.FrequencyPenalty, o.PresencePenalty), window > 0);
    }

    private void AddDry()
    {
        var o = _options;
        int window = o.DryMultiplier > 0 && o.DryBase >= 1 ? WindowOf("dry_penalty_last_n", o.DryPenaltyLastN) : 0;
        var dry = new DryOptions(o.DryMultiplier, o.DryBase, o.DryAllowedLength, Math.Max(window, 1));
        Add(new DrySampler(dry, _vocabulary.DryBreakers), window > 0);
    }

    private ISampler CreateLast()
    {
        var random = new Pcg32(_seed, DrawStream);
        if (_options.Temperature <= 0)
            return new GreedySampler();
        return _options.Mirostat switch
        {
            1 => new MirostatV1Sampler(_vocabulary.Size, _options.MirostatTau, _options.MirostatEta, random),
            2 => new MirostatV2Sampler(_options.MirostatTau, _options.MirostatEta, random),
            _ => new DistributionSampler(random),
        };
    }

    private void Add(ISampler sampler, bool hasEffect)
    {
        if (hasEffect)
            _samplers.Add(sampler);
        _names.Add(hasEffect ? sampler.Name : "?" + sampler.Name);
    }

    private int WindowOf(string name, int value)
    {
        if (value >= 0)
            return value;
        if (_vocabulary.ContextLength <= 0)
            throw new SamplingException($"{name}: -1 stands for the context's length, which is not known here");
        return _vocabulary.ContextLength;
    }

    private void RequireToken(string name, int token)
    {
        if ((uint)token >= (uint)_vocabulary.Size)
            throw new SamplingException($"{name}: token {token} is not in the vocabulary of {_vocabulary.Size} tokens");
    }
}
