using System.Runtime.InteropServices;
using System.Text.Json;

namespace LlamaInterop.Tests.References;

/// <summary>One prompt of <c>reference/generation</c> with what an independent engine made of it.</summary>
/// <param name="Prompt">Token ids.</param>
/// <param name="Ids">Greedy continuation.</param>
/// <param name="Margins">Difference of the two best log-probabilities of each step.</param>
/// <param name="Logits">Logits after the prompt's last token.</param>
internal sealed record ReferencePrompt(int[] Prompt, int[] Ids, double[] Margins, float[] Logits)
{
    /// <summary>The prompts of a model, from <c>NAME.jsonl</c> or, for quantized files, <c>NAME.exact.jsonl</c>.</summary>
    public static IEnumerable<ReferencePrompt> Read(string name)
    {
        string folder = SharedData.PathOf("reference", "generation");
        string stem = File.Exists(Path.Combine(folder, name + ".exact.jsonl")) ? name + ".exact" : name;
        foreach (string line in File.ReadLines(Path.Combine(folder, stem + ".jsonl")))
        {
            using JsonDocument document = JsonDocument.Parse(line);
            JsonElement root = document.RootElement;
            string logits = Path.Combine(folder, $"{stem}.{root.GetProperty("logits_file").GetString()}.f32");
            yield return new ReferencePrompt(
                Ints(root.GetProperty("prompt_ids")),
                Ints(root.GetProperty("ids")),
                [.. root.GetProperty("top").EnumerateArray().Select(step => step[0][1].GetDouble() - step[1][1].GetDouble())],
                MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(logits)).ToArray());
        }
    }

    public static int[] Ints(JsonElement array) => [.. array.EnumerateArray().Select(e => e.GetInt32())];
}

/// <summary>Measures of how far logits are from the truth.</summary>
internal static class LogitsError
{
    /// <summary>Σ(got - truth)² / Σ truth².</summary>
    public static double NormalizedSquared(ReadOnlySpan<float> got, ReadOnlySpan<float> truth)
    {
        double error = 0, norm = 0;
        for (int i = 0; i < truth.Length; i++)
        {
            error += Math.Pow((double)got[i] - truth[i], 2);
            norm += Math.Pow(truth[i], 2);
        }
        return error / norm;
    }

    public static int ArgMax(ReadOnlySpan<float> logits)
    {
        int best = 0;
        for (int i = 1; i < logits.Length; i++)
        {
            if (logits[i] > logits[best])
                best = i;
        }
        return best;
    }

    public static double Median(IReadOnlyList<double> values)
    {
        double[] sorted = [.. values.Order()];
        int half = sorted.Length / 2;
        return sorted.Length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
    }
}
