using LlamaInterop.Gguf;

namespace LlamaInterop.Tests.Models;

/// <summary>Tiny models of random shape.</summary>
internal static class TinyModels
{
    private static readonly string[] Architectures = ["llama", "qwen2", "qwen3", "baichuan"];
    private static readonly int[] KeyLengths = [2, 6, 8, 10, 16, 18, 32, 34, 64, 66];

    /// <summary>Any shape that a seed gives: grouped heads, odd widths, windows, rotary scalings.</summary>
    public static TinyModel OfSeed(int seed, GgufTensorType matrices = GgufTensorType.F32)
    {
        var random = new Random(seed);
        int kvHeads = random.Next(1, 4);
        string architecture = Architectures[seed % Architectures.Length];
        int keyLength = KeyLengths[random.Next(KeyLengths.Length)];
        return WithRope(random, new TinyModel
        {
            Architecture = architecture,
            Seed = seed,
            Layers = random.Next(1, 4),
            Embedding = random.Next(24, 97),
            KvHeads = kvHeads,
            Heads = kvHeads * random.Next(1, 6),
            KeyLength = keyLength,
            ValueLength = random.Next(2) == 0 ? keyLength : random.Next(3, 41),
            FeedForward = random.Next(17, 101),
            Matrices = matrices,
            Biases = random.Next(3) == 0,
            QkvBiases = architecture == "qwen2",
            HeadNorms = architecture == "qwen3",
            Tied = random.Next(2) == 0,
            Window = random.Next(3) == 0 ? random.Next(1, 30) : 0,
        });
    }

    /// <summary>Any shape of one dialect; of as many layers as it takes to see each kind of them.</summary>
    public static TinyModel OfDialect(string name, int seed, GgufTensorType matrices = GgufTensorType.F32)
    {
        Dialect dialect = Dialects.Of(name);
        var random = new Random(seed);
        int kvHeads = random.Next(1, 4), period = Math.Max(dialect.WindowPeriod, dialect.UnplacedPeriod);
        int keyLength = KeyLengths[random.Next(KeyLengths.Length)];
        return WithRope(random, new TinyModel
        {
            Architecture = name,
            Seed = seed,
            Layers = dialect.Layers > 0 ? dialect.Layers : period > 0 ? period + 1 : random.Next(1, 4),
            Embedding = random.Next(24, 97),
            KvHeads = kvHeads,
            Heads = kvHeads * random.Next(1, 6),
            KeyLength = keyLength,
            ValueLength = random.Next(2) == 0 ? keyLength : random.Next(3, 41),
            FeedForward = random.Next(17, 101),
            Matrices = matrices,
            Tied = random.Next(2) == 0,
            Window = dialect.WindowPeriod > 0 ? random.Next(1, 30) : 0,
        });
    }

    /// <summary>A shape that the blocks of 256 elements fit, of as many layers as it takes to see each kind of them.</summary>
    public static TinyModel Wide(GgufTensorType matrices, int seed = 1, string dialect = "llama") => new()
    {
        Architecture = dialect,
        Seed = seed,
        Layers = Math.Max(2, Math.Max(Dialects.Of(dialect).WindowPeriod, Dialects.Of(dialect).UnplacedPeriod)),
        Embedding = 256,
        Heads = 8,
        KvHeads = 2,
        KeyLength = 32,
        ValueLength = 32,
        FeedForward = 512,
        Matrices = matrices,
        Window = Dialects.Of(dialect).WindowPeriod > 0 ? 7 : 0,
    };

    private static TinyModel WithRope(Random random, TinyModel model)
    {
        var keys = new Dictionary<string, GgufValue>();
        void Set(string key, object value) => keys[".rope." + key] = value switch
        {
            string text => GgufValue.From(text),
            float number => GgufValue.From(number),
            _ => GgufValue.From((uint)(int)value),
        };

        Set("freq_base", 500f + random.Next(20000));
        switch (random.Next(6))
        {
            case 0:
                Set("scaling.type", "linear");
                Set("scaling.factor", 2.5f);
                return model with { Keys = keys };
            case 1:
                Set("scaling.type", "yarn");
                Set("scaling.factor", 4f);
                Set("scaling.original_context_length", 48);
                Set("scaling.attn_factor", 1.1f);
                return model with { Keys = keys };
            case 2:
                return model with { Keys = keys, RopeFactors = ["rope_freqs.weight"] };
            case 3:
                Set("scaling.type", "longrope");
                Set("scaling.original_context_length", random.Next(2) == 0 ? 64 : 512);
                Set("scaling.attn_factor", 1.19f);
                return model with { Keys = keys, RopeFactors = ["rope_factors_long.weight", "rope_factors_short.weight"] };
            case 4 when model.KeyLength > 2:
                Set("dimension_count", model.KeyLength / 4 * 2);
                return model with { Keys = keys };
            default:
                return model with { Keys = keys };
        }
    }
}
