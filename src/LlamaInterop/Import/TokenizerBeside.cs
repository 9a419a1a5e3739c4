using System.Text.Json;
using LlamaInterop.Import.Tokenizers;

namespace LlamaInterop.Import;

/// <summary>Finds the tokenizer that belongs to weights.</summary>
internal static class TokenizerBeside
{
    /// <summary>What writes the tokenizer of the weights' folder, or null where there is none.</summary>
    /// <param name="path">The weights: a folder or a file in it.</param>
    /// <param name="config">The root of <c>config.json</c>; undefined where there is none.</param>
    /// <param name="names">Files that go before those of any model's folder.</param>
    public static WriteTokenizer? Find(string path, JsonElement config, params ReadOnlySpan<string> names)
    {
        string folder = Directory.Exists(path) ? path : Path.GetDirectoryName(Path.GetFullPath(path))!;
        string place = folder;
        for (int i = names.Length - 1; i >= 0; i--)
        {
            if (File.Exists(Path.Combine(folder, names[i])))
                place = Path.Combine(folder, names[i]);
        }
        return TokenizerImport.Exists(place) ? (size, writer, warnings) => TokenizerImport.Write(place, config, size, writer, warnings) : null;
    }
}
