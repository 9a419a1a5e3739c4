using LlamaInterop.Gguf;

namespace LlamaInterop.Tests.Models;

/// <summary>A SentencePiece vocabulary of three special tokens, the 256 bytes, the space and small letters.</summary>
internal static class TinyVocabulary
{
    public const int Bos = 1;
    public const int Eos = 2;

    private const int FirstByte = 3;
    private static readonly string[] Texts =
    [
        "<unk>", "<s>", "</s>",
        .. Enumerable.Range(0, 256).Select(value => $"<0x{value:X2}>"),
        "\u2581",
        .. Enumerable.Range('a', 26).Select(letter => $"{(char)letter}"),
    ];

    public static int Count => Texts.Length;

    public static IReadOnlyList<(string Key, GgufValue Value)> Keys { get; } =
    [
        ("tokenizer.ggml.model", GgufValue.From("llama")),
        ("tokenizer.ggml.tokens", GgufValue.FromArray(Texts)),
        ("tokenizer.ggml.scores", GgufValue.FromArray(Array.ConvertAll(Texts, text => -(float)text.Length))),
        ("tokenizer.ggml.token_type", GgufValue.FromArray(Enumerable.Range(0, Count).Select(TypeOf).ToArray())),
        ("tokenizer.ggml.bos_token_id", GgufValue.From((uint)Bos)),
        ("tokenizer.ggml.eos_token_id", GgufValue.From((uint)Eos)),
        ("tokenizer.ggml.add_bos_token", GgufValue.From(true)),
        ("tokenizer.ggml.add_space_prefix", GgufValue.From(false)),
    ];

    /// <summary>The token that gives one byte.</summary>
    public static int ByteToken(byte value) => FirstByte + value;

    /// <summary>The token of a small letter.</summary>
    public static int Letter(char letter) => FirstByte + 256 + 1 + (letter - 'a');

    /// <summary>Any tokens but the special ones.</summary>
    public static int[] RandomTokens(Random random, int count) =>
        [.. Enumerable.Range(0, count).Select(_ => random.Next(FirstByte, Count))];

    private static int TypeOf(int id)
    {
        const int Normal = 1, Unknown = 2, Control = 3, Byte = 6;
        return id switch
        {
            0 => Unknown,
            < FirstByte => Control,
            < FirstByte + 256 => Byte,
            _ => Normal,
        };
    }
}
