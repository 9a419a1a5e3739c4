using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using LlamaInterop.Tests.Gguf;

namespace LlamaInterop.Tests.Import.Tokenizers;

/// <summary>Files of tokenizers small enough to follow by hand.</summary>
internal static class TinyTokenizerFiles
{
    /// <summary>A byte-level <c>tokenizer.json</c> of the letters a to e and the space, with three merges and two special tokens.</summary>
    public static JsonObject BytePairs() => Parse("""
        {
          "added_tokens": [
            { "id": 9, "content": "<s>", "special": true, "normalized": false },
            { "id": 10, "content": "<tool>", "special": false, "normalized": false }
          ],
          "normalizer": null,
          "pre_tokenizer": { "type": "ByteLevel", "add_prefix_space": false, "use_regex": true },
          "post_processor": {
            "type": "TemplateProcessing",
            "single": [{ "SpecialToken": { "id": "<s>", "type_id": 0 } }, { "Sequence": { "id": "A", "type_id": 0 } }],
            "pair": [{ "SpecialToken": { "id": "<s>", "type_id": 0 } }, { "Sequence": { "id": "A", "type_id": 0 } }, { "Sequence": { "id": "B", "type_id": 1 } }]
          },
          "decoder": { "type": "ByteLevel" },
          "model": {
            "type": "BPE", "byte_fallback": false, "ignore_merges": false,
            "vocab": { "a": 0, "b": 1, "c": 2, "d": 3, "e": 4, "Ġ": 5, "ab": 6, "Ġab": 7, "cd": 8 },
            "merges": [["a", "b"], ["Ġ", "ab"], "c d"]
          }
        }
        """);

    /// <summary>A <c>tokenizer.json</c> of characters, U+2581 for spaces, whose merges are those of SentencePiece.</summary>
    public static JsonObject Characters() => Parse("""
        {
          "added_tokens": [{ "id": 0, "content": "<unk>", "special": true }],
          "normalizer": { "type": "Sequence", "normalizers": [
            { "type": "Prepend", "prepend": "▁" }, { "type": "Replace", "pattern": { "String": " " }, "content": "▁" } ] },
          "model": {
            "type": "BPE", "unk_token": "<unk>", "byte_fallback": true,
            "vocab": { "<unk>": 0, "▁": 1, "a": 2, "b": 3, "ab": 4, "▁ab": 5, "<0x0A>": 6 },
            "merges": ["a b", "▁ ab"]
          }
        }
        """);

    public static JsonObject Unigram() => Parse("""
        {
          "added_tokens": [{ "id": 0, "content": "<unk>", "special": true }],
          "normalizer": { "type": "Precompiled", "precompiled_charsmap": null },
          "pre_tokenizer": { "type": "Metaspace", "replacement": "▁", "prepend_scheme": "always", "split": true },
          "model": { "type": "Unigram", "unk_id": 0, "vocab": [["<unk>", 0], ["▁a", -1], ["b", -2], ["▁ab", -1.5]] }
        }
        """);

    public static JsonObject WordPieces() => Parse("""
        {
          "added_tokens": [{ "id": 0, "content": "[UNK]", "special": true }, { "id": 1, "content": "[CLS]", "special": true }, { "id": 2, "content": "[SEP]", "special": true }],
          "normalizer": { "type": "BertNormalizer", "lowercase": true, "strip_accents": null },
          "pre_tokenizer": { "type": "BertPreTokenizer" },
          "post_processor": {
            "type": "TemplateProcessing",
            "single": [{ "SpecialToken": { "id": "[CLS]", "type_id": 0 } }, { "Sequence": { "id": "A", "type_id": 0 } }, { "SpecialToken": { "id": "[SEP]", "type_id": 0 } }],
            "pair": [{ "SpecialToken": { "id": "[CLS]" } }, { "Sequence": { "id": "A" } }, { "SpecialToken": { "id": "[SEP]" } }, { "Sequence": { "id": "B" } }, { "SpecialToken": { "id": "[SEP]" } }]
          },
          "model": { "type": "WordPiece", "unk_token": "[UNK]", "continuing_subword_prefix": "##", "vocab": { "[UNK]": 0, "[CLS]": 1, "[SEP]": 2, "un": 3, "##able": 4 } }
        }
        """);

    /// <summary>Writes the files of a model's directory; texts as they are.</summary>
    public static TemporaryFolder Folder(params (string Name, object Content)[] files)
    {
        var folder = new TemporaryFolder();
        foreach (var (name, content) in files)
        {
            folder.Write(name, content switch
            {
                byte[] bytes => bytes,
                JsonNode json => JsonSerializer.SerializeToUtf8Bytes(json),
                _ => Encoding.UTF8.GetBytes(content.ToString()!),
            });
        }
        return folder;
    }

    /// <summary>A SentencePiece model: pieces, and the fields of its trainer and normalizer that say something.</summary>
    /// <param name="modelType">1 for unigram, 2 for BPE.</param>
    /// <param name="pieces">Texts, scores and types (1 normal, 2 unknown, 3 control, 4 user-defined, 6 byte).</param>
    public static byte[] SentencePiece(int modelType, params (string Text, float Score, int Type)[] pieces)
    {
        using var file = new MemoryStream();
        foreach (var (text, score, type) in pieces)
            WriteMessage(file, 1, [.. Field(1, Encoding.UTF8.GetBytes(text)), 0x15, .. BitConverter.GetBytes(score), 0x18, (byte)type]);
        WriteMessage(file, 2, [0x18, (byte)modelType]);
        WriteMessage(file, 3, [.. Field(1, "identity"u8), 0x18, 1, 0x20, 0]);
        return file.ToArray();
    }

    /// <summary>A field of bytes, at most 127 of them.</summary>
    public static byte[] Field(int number, ReadOnlySpan<byte> content) => [(byte)(number << 3 | 2), (byte)content.Length, .. content];

    private static void WriteMessage(MemoryStream file, int number, byte[] message) => file.Write(Field(number, message));

    private static JsonObject Parse(string json) => JsonNode.Parse(json)!.AsObject();
}
