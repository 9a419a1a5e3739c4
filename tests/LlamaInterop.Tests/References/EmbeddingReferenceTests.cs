using System.Runtime.InteropServices;
using System.Text.Json;

namespace LlamaInterop.Tests.References;

/// <summary>
/// all-MiniLM-L6-v2 as Q8_0 against transformers in f32 with the file's dequantized weights (<c>reference/embeddings</c>). llama.cpp's
/// vectors have a squared distance of 4.2e-4 (median) and 5.4e-4 (largest) from that truth.
/// </summary>
[TestFixture]
[NeedsSharedData]
internal sealed class EmbeddingReferenceTests
{
    /// <summary>Tokens to which the truth cuts a text, [SEP] included.</summary>
    private const int Longest = 512;

    private const double PeersMedian = 4.2e-4, PeersLargest = 5.4e-4;

    [Test]
    public void MiniLmIsCloserToTheTruthThanLlamaCpp()
    {
        using LlamaModel model = LlamaModel.Load(SharedData.PathOf("models", "minilm", "minilm-l6-v2-q8_0.gguf"));
        string stem = SharedData.PathOf("reference", "embeddings", "minilm-l6-v2-q8_0");
        float[] truth = MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(stem + ".f32")).ToArray();
        var distances = new List<double>();
        foreach (string line in File.ReadLines(stem + ".jsonl"))
        {
            using JsonDocument document = JsonDocument.Parse(line);
            string text = document.RootElement.GetProperty("text").GetString()!;
            int[] ids = ReferencePrompt.Ints(document.RootElement.GetProperty("ids"));
            int[] tokens = model.Tokenizer.Encode(text, addSpecial: true, parseSpecial: true);
            Assert.That(tokens.Length <= Longest ? tokens : [.. tokens[..(Longest - 1)], tokens[^1]], Is.EqualTo(ids), text);
            float[] vector = model.Embed(ids);
            Assert.That(vector.Sum(value => (double)value * value), Is.EqualTo(1).Within(1e-6), text);
            distances.Add(SquaredDistance(vector, truth.AsSpan(distances.Count * vector.Length, vector.Length)));
        }
        Assert.That(truth, Has.Length.EqualTo(distances.Count * model.EmbeddingLength));
        TestContext.Out.WriteLine($"squared distance: median {LogitsError.Median(distances):E2}, largest {distances.Max():E2}");
        Assert.That(LogitsError.Median(distances), Is.LessThan(PeersMedian));
        Assert.That(distances.Max(), Is.LessThan(PeersLargest));
    }

    private static double SquaredDistance(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        double sum = 0;
        for (int i = 0; i < a.Length; i++)
            sum += ((double)a[i] - b[i]) * ((double)a[i] - b[i]);
        return sum;
    }
}
