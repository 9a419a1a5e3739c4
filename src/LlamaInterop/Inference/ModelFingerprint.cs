using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using LlamaInterop.Compute;
using LlamaInterop.Gguf;
using LlamaInterop.Models;

namespace LlamaInterop.Inference;

/// <summary>
/// What two runners must have in common for one to go on with the other's cached keys, values and states: named, so that a refusal
/// can say what differs. The context's size, the step's size and the number of sequences are not among it.
/// </summary>
internal static class ModelFingerprint
{
    private const int SampleBytes = 512;

    /// <param name="file">The model's file.</param>
    /// <param name="model">The model.</param>
    /// <param name="cache">How it keeps sequences.</param>
    /// <param name="inputs">A step's inputs at one token and one output.</param>
    /// <param name="weights">The tensors that the model reads.</param>
    public static IReadOnlyList<(string Name, string Value)> Of(
        GgufFile file, IModel model, KvCache cache, StepInputs inputs, IReadOnlyCollection<Tensor> weights) =>
    [
        ("architecture", model.Parameters.Architecture),
        ("layers", $"{model.Parameters.Layers}"),
        ("embedding", $"{model.Parameters.EmbeddingLength}"),
        ("vocabulary", $"{model.VocabularySize}"),
        ("type of keys", cache.Options.KeyType.Label()),
        ("type of values", cache.Options.ValueType.Label()),
        ("tokens of a block", $"{CacheGroup.BlockTokens}"),
        .. cache.Groups.Select((group, i) => ($"window of cache group {i}", $"{group.Window}")),
        .. model.Memory.Caches.Select((layer, i) => ($"cache {i}", $"{layer.KvHeads} heads of {layer.KeyLength} and {layer.ValueLength}")),
        .. model.Memory.States.Select((width, i) => ($"state {i}", $"{width} numbers")),
        ("forward pass", ForwardPass(model, inputs)),
        ("weights", Weights(file, weights)),
    ];

    /// <summary>The ops as the model writes them, before a backend's passes: rotary settings, factors and scales are among their parameters.</summary>
    private static string ForwardPass(IModel model, StepInputs inputs)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var graph = new Graph(tokenCapacity: 1, outputCapacity: 1);
        Tensor hidden = model.Forward(graph, inputs);
        if (model.VocabularySize > 0)
            model.Logits(graph, hidden);
        Span<byte> word = stackalloc byte[sizeof(int)];
        foreach (Op op in graph.Ops)
        {
            Append(hash, $"{op.Opcode} {op.Name} {op.Destination.Name}");
            foreach (int parameter in op.Parameters)
            {
                BinaryPrimitives.WriteInt32LittleEndian(word, parameter);
                hash.AppendData(word);
            }
            foreach (Tensor? source in op.Sources)
                Append(hash, source is { Kind: TensorKind.Weight } ? source.ToString() : source?.Name ?? "");
        }
        return Digest(hash);
    }

    /// <summary>Name, type, shape and samples of every tensor: reading all of a large file would take as long as computing the tokens anew.</summary>
    private static string Weights(GgufFile file, IReadOnlyCollection<Tensor> weights)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> sample = stackalloc byte[SampleBytes];
        foreach (string name in weights.Select(weight => weight.Name).Order(StringComparer.Ordinal))
        {
            GgufTensorInfo info = file.GetTensor(name);
            Append(hash, $"{name} {info.Type} {string.Join(' ', info.Dimensions.ToArray())}");
            Span<byte> part = sample[..(int)Math.Min(SampleBytes, info.ByteLength)];
            foreach (long offset in (ReadOnlySpan<long>)[0, (info.ByteLength - part.Length) / 2, info.ByteLength - part.Length])
            {
                file.ReadTensor(info, part, offset);
                hash.AppendData(part);
            }
        }
        return Digest(hash);
    }

    private static void Append(IncrementalHash hash, string text)
    {
        hash.AppendData(Encoding.UTF8.GetBytes(text));
        hash.AppendData([0]);
    }

    private static string Digest(IncrementalHash hash) => Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, 8));
}
