using System.Text.Json;
using LlamaInterop.Gguf;
using LlamaInterop.Import.Tokenizers;
using LlamaInterop.Tests.Gguf;
using LlamaInterop.Tokenization;

namespace LlamaInterop.Tests.Import.Tokenizers;

/// <summary>Tokenizers as users get them: imported, written to a GGUF file, and read from it.</summary>
internal static class ImportedTokenizer
{
    /// <summary>The metadata that importing a directory or file writes.</summary>
    public static GgufMetadata Metadata(string path, ICollection<string> warnings, int vocabularySize = 0, string? config = null)
    {
        var writer = new GgufWriter();
        TokenizerImport.Write(path, config is null ? default : JsonDocument.Parse(config).RootElement, vocabularySize, writer, warnings);
        using var folder = new TemporaryFolder();
        writer.Write(folder.File("vocabulary.gguf"));
        using var file = GgufFile.Open(folder.File("vocabulary.gguf"));
        return file.Metadata;
    }

    /// <summary>The tokenizer of a directory or file, of which there is nothing to warn.</summary>
    public static Tokenizer Load(string path, int vocabularySize = 0, string? config = null)
    {
        var warnings = new List<string>();
        var tokenizer = Tokenizer.FromGguf(Metadata(path, warnings, vocabularySize, config));
        Assert.That(warnings, Is.Empty);
        return tokenizer;
    }

    /// <summary>The text that tokens give one by one, as generation puts it out.</summary>
    public static byte[] Stream(this Tokenizer tokenizer, IEnumerable<int> ids, bool special)
    {
        var piece = new byte[tokenizer.MaxPieceBytes];
        return [.. ids.SelectMany(id => piece[..tokenizer.PieceBytes(id, special, piece)])];
    }
}
