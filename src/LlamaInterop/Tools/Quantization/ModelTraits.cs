using LlamaInterop.Gguf;

namespace LlamaInterop.Tools;

/// <summary>What the choice of types depends on in a model's metadata.</summary>
/// <param name="Architecture">GGUF's <c>general.architecture</c>.</param>
/// <param name="Layers">Blocks; 0 where the model has none.</param>
/// <param name="Experts">Experts of a layer; 0 for a dense model.</param>
/// <param name="QueriesPerKey">Query heads that share a key head in the first layer; 0 without heads.</param>
/// <param name="Is70B">Whether llama.cpp takes it for a model of 70 billion weights, whose values are shared by many heads.</param>
internal sealed record ModelTraits(string Architecture, int Layers, int Experts, int QueriesPerKey, bool Is70B)
{
    public bool IsFalcon => Architecture == "falcon";

    /// <exception cref="GgufException">A key is missing or of the wrong kind.</exception>
    public static ModelTraits Read(GgufMetadata metadata)
    {
        string architecture = metadata.GetString("general.architecture");
        int layers = metadata.GetInt32OrDefault($"{architecture}.block_count", 0);
        int experts = metadata.GetInt32OrDefault($"{architecture}.expert_count", 0);
        int heads = FirstOf(metadata, $"{architecture}.attention.head_count") ?? 0;
        int keyHeads = FirstOf(metadata, $"{architecture}.attention.head_count_kv") ?? heads;
        bool is70B = architecture switch
        {
            "llama" or "llama-embed" => layers == 80 && experts != 8 && heads != keyHeads,
            "deci" or "olmo" or "qwen2" => layers == 80,
            "jais2" => layers == 68,
            _ => false,
        };
        return new(architecture, layers, experts, keyHeads == 0 ? 0 : heads / keyHeads, is70B);
    }

    /// <summary>A number that may be given once, or for every layer.</summary>
    private static int? FirstOf(GgufMetadata metadata, string key)
    {
        if (!metadata.TryGet(key, out GgufValue? value))
            return null;
        if (value.Type != GgufValueType.Array)
            return metadata.GetInt32(key);
        int[] layers = metadata.GetInt32Array(key);
        return layers.Length == 0 ? null : layers[0];
    }
}
