using System.Text.Json.Nodes;

namespace LlamaInterop.Import.Llama2c;

/// <summary>
/// The header of a model of llama2.c (github.com/karpathy/llama2.c, export.py): seven integers, in versions 1 and 2 after a magic number
/// and a version and before a flag, in 256 bytes.
/// </summary>
/// <param name="Version">0, the first form, without a magic number; 1, f32; 2, 8-bit groups.</param>
/// <param name="Width">Elements of a token's vector.</param>
/// <param name="HiddenWidth">Elements inside the feed-forward.</param>
/// <param name="Layers">How many layers.</param>
/// <param name="Heads">Heads of queries.</param>
/// <param name="KvHeads">Heads of keys and values.</param>
/// <param name="Vocabulary">Rows of the token table.</param>
/// <param name="Context">Tokens that it was trained on at once.</param>
/// <param name="SharesHead">True where the output head is the token table.</param>
/// <param name="GroupSize">Elements of a quantized group; 0 where there are none.</param>
/// <param name="DataStart">The byte where the weights begin.</param>
internal sealed record Llama2cHeader(
    int Version, int Width, int HiddenWidth, int Layers, int Heads, int KvHeads, int Vocabulary, int Context, bool SharesHead, int GroupSize, long DataStart)
{
    private const uint Magic = 0x616b3432;
    private const int PaddedLength = 256;
    private const int MaxSize = 1 << 20, MaxLayers = 1000;

    public int HeadLength => Width / Heads;

    public int KvWidth => HeadLength * KvHeads;

    /// <summary>The header of a file, or null where it is none of llama2.c's.</summary>
    /// <exception cref="ImportException">It is one, but its numbers are impossible.</exception>
    public static Llama2cHeader? Read(SourceFile file)
    {
        if (file.Length < PaddedLength)
            return null;
        var cursor = new SourceCursor(file, 0, PaddedLength);
        return cursor.ReadUInt32("the header") == Magic ? ReadVersioned(file, cursor) : ReadFirst(file);
    }

    /// <summary>The parameters under the names that Meta's params.json has for them.</summary>
    public JsonObject ToParameters() => new()
    {
        ["dim"] = Width,
        ["n_layers"] = Layers,
        ["n_heads"] = Heads,
        ["n_kv_heads"] = KvHeads,
        ["vocab_size"] = Vocabulary,
        ["max_seq_len"] = Context,
        ["tie_word_embeddings"] = SharesHead,
    };

    private static Llama2cHeader ReadVersioned(SourceFile file, SourceCursor cursor)
    {
        int version = cursor.ReadInt32("the version");
        if (version is not (1 or 2))
            throw file.Refuse(ImportCheck.Version, $"is a llama2.c model of version {version}; 0 to 2 are read");
        int[] sizes = ReadSizes(cursor);
        bool shared = cursor.ReadByte("the header") != 0;
        int group = version == 2 ? cursor.ReadInt32("the group size") : 0;
        var header = Of(version, sizes, shared, group, PaddedLength);
        return header.Impossible() is { } reason ? throw file.Refuse(ImportCheck.Number, $"is a llama2.c model whose {reason}") : header;
    }

    /// <summary>Without a magic number the file's length must tell: it is exactly what the header says.</summary>
    private static Llama2cHeader? ReadFirst(SourceFile file)
    {
        int[] sizes = ReadSizes(new SourceCursor(file, 0, PaddedLength));
        bool shared = sizes[5] > 0;
        if (sizes[5] == int.MinValue)
            return null;
        sizes[5] = Math.Abs(sizes[5]);
        var header = Of(0, sizes, shared, 0, sizes.Length * sizeof(int));
        return header.Impossible() is null && new Llama2cLayout(header).Length == file.Length ? header : null;
    }

    private static int[] ReadSizes(SourceCursor cursor) => [.. Enumerable.Range(0, 7).Select(_ => cursor.ReadInt32("the header"))];

    private static Llama2cHeader Of(int version, int[] sizes, bool shared, int group, long start) =>
        new(version, sizes[0], sizes[1], sizes[2], sizes[3], sizes[4], sizes[5], sizes[6], shared, group, start);

    private string? Impossible()
    {
        (string Name, int Value, int Max)[] sizes =
        [
            ("dim", Width, MaxSize), ("hidden_dim", HiddenWidth, MaxSize), ("n_layers", Layers, MaxLayers), ("n_heads", Heads, MaxSize),
            ("n_kv_heads", KvHeads, MaxSize), ("vocab_size", Vocabulary, MaxSize), ("max_seq_len", Context, MaxSize),
        ];
        foreach (var (name, value, max) in sizes)
        {
            if (value < 1 || value > max)
                return $"{name} is {value}, not 1 to {max}";
        }
        if (Width % Heads != 0 || Heads % KvHeads != 0)
            return $"{Heads} heads and {KvHeads} of keys do not share out {Width} elements";
        return Version != 2 || GroupSize > 0 && Width % GroupSize == 0 ? null : $"groups of {GroupSize} do not divide rows of {Width}";
    }
}
