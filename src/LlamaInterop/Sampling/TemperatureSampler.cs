namespace LlamaInterop.Sampling;

/// <summary>Divides the logits by a temperature; 0 or less keeps the best candidate alone (ties: lowest id).</summary>
/// <remarks>
/// With a range the temperature is dynamic: it goes from temperature - range (not below 0) to temperature + range as the
/// distribution's entropy, divided by the highest possible one and raised to the exponent, goes from 0 to 1.
/// </remarks>
public sealed class TemperatureSampler : ISampler
{
    private readonly float _temperature;
    private readonly float _range;
    private readonly float _exponent;

    /// <summary>A fixed temperature.</summary>
    public TemperatureSampler(float temperature)
    {
        _temperature = temperature;
        Name = "temp";
    }

    /// <summary>A dynamic temperature; a range of 0 makes it fixed.</summary>
    public TemperatureSampler(float temperature, float range, float exponent)
    {
        _temperature = temperature;
        _range = range;
        _exponent = exponent;
        Name = "temp-ext";
    }

    public string Name { get; }

    public void Apply(ref Candidates candidates)
    {
        if (_range <= 0)
            Divide(ref candidates, _temperature);
        else if (candidates.Count > 1)
            Divide(ref candidates, DynamicTemperature(candidates));
    }

    public void Accept(int token)
    {
    }

    public void Reset()
    {
    }

    public ISampler Clone() => this;

    private float DynamicTemperature(in Candidates candidates)
    {
        candidates.Softmax();
        double entropy = TypicalSampler.Entropy(candidates.Probabilities);
        double normalized = Math.Clamp(entropy / RepeatableMath.Log(candidates.Count), 0, 1);
        float lowest = Math.Max(0, _temperature - _range);
        float highest = _temperature + _range;
        return (float)(lowest + ((highest - lowest) * RepeatableMath.Pow(normalized, _exponent)));
    }

    private static void Divide(ref Candidates candidates, float temperature)
    {
        if (temperature <= 0)
        {
            candidates.KeepTop(1);
            return;
        }
        // A tiny temperature would make all logits infinite, and equal; the softmax is the same without the best logit.
        float best = candidates.BestLogit();
        float shift = float.IsFinite(best / temperature) ? 0 : best;
        foreach (ref float logit in candidates.Logits)
            logit = shift != 0 && logit == best ? 0 : (logit - shift) / temperature;
    }
}
