using LlamaInterop.Sampling;

namespace LlamaInterop.Tests.Sampling;

/// <summary>Candidates to try samplers on, and what is left of them.</summary>
internal static class Rows
{
    public static Candidates Of(params float[] logits)
    {
        var candidates = new Candidates(logits.Length);
        candidates.Load(logits);
        return candidates;
    }

    /// <summary>Candidates whose softmax is the given distribution: logits are the logarithms.</summary>
    public static Candidates OfProbabilities(params double[] probabilities) =>
        Of(Array.ConvertAll(probabilities, p => (float)Math.Log(p)));

    public static Candidates Apply(this ISampler sampler, params float[] logits)
    {
        var candidates = Of(logits);
        sampler.Apply(ref candidates);
        return candidates;
    }

    public static Candidates ApplyToProbabilities(this ISampler sampler, params double[] probabilities)
    {
        var candidates = OfProbabilities(probabilities);
        sampler.Apply(ref candidates);
        return candidates;
    }

    public static int[] RisingIds(this in Candidates candidates) => [.. candidates.Ids.ToArray().Order()];

    /// <summary>Logits as a model gives them (bell-shaped), with ties where <paramref name="step"/> is not 0.</summary>
    public static float[] Random(int seed, int count, float step = 0)
    {
        var random = new Random(seed);
        var logits = new float[count];
        for (int i = 0; i < count; i++)
        {
            double value = 0;
            for (int k = 0; k < 6; k++)
                value += random.NextDouble() - 0.5;
            logits[i] = step == 0 ? (float)(4 * value) : step * (float)Math.Round(4 * value / step);
        }
        return logits;
    }

    /// <summary>All ids by the chain's order, by definition: logit falling, ties by id.</summary>
    public static int[] Ranking(float[] logits) =>
        [.. Enumerable.Range(0, logits.Length).OrderByDescending(id => logits[id]).ThenBy(id => id)];

    /// <summary>The softmax in double precision with the platform's exponential.</summary>
    public static double[] Softmax(float[] logits)
    {
        double best = logits.Max();
        double[] weights = Array.ConvertAll(logits, logit => Math.Exp(logit - best));
        double sum = weights.Sum();
        return Array.ConvertAll(weights, weight => weight / sum);
    }
}
