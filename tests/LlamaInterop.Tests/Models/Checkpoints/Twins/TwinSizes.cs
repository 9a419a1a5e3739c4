using LlamaInterop.Gguf;

namespace LlamaInterop.Tests.Models.Checkpoints.Twins;

/// <summary>What the layouts of a checkpoint are made of, out of the keys of the GGUF file that it is the twin of.</summary>
internal readonly record struct TwinSizes(int Heads, int KvHeads, int HeadLength, int Width, int ExpertFeedForward, GgufMetadata Metadata)
{
    public static TwinSizes Of(GgufMetadata metadata)
    {
        int heads = Math.Max(1, Get(metadata, "attention.head_count", 1)), width = Get(metadata, "embedding_length", 0);
        return new TwinSizes(heads, Get(metadata, "attention.head_count_kv", heads), Get(metadata, "attention.key_length", width / heads), width,
            Get(metadata, "expert_feed_forward_length", 0), metadata);
    }

    /// <summary>A key of the architecture.</summary>
    public int this[string key] => Get(Metadata, key, 0);

    private static int Get(GgufMetadata metadata, string key, int defaultValue)
    {
        string name = $"{metadata.GetString("general.architecture")}.{key}";
        return metadata.TryGet(name, out GgufValue value) && value.Type != GgufValueType.Array ? metadata.GetInt32(name) : defaultValue;
    }
}
