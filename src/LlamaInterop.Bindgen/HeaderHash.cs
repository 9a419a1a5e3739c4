using System.Security.Cryptography;
using System.Text;

namespace LlamaInterop.Bindgen;

/// <summary>The fingerprint that ties generated files to the header they were made from.</summary>
internal static class HeaderHash
{
    /// <summary>What stands before the hash in the first line of a generated file.</summary>
    public const string BannerStart = "// From llamakernels.h and its .inc files with SHA-256 ";

    /// <summary>
    /// SHA-256 in lower-case hexadecimal of all <c>.h</c> and <c>.inc</c> files of <paramref name="directory"/> in ordinal order of
    /// their names, each as its name, a line feed and its text. Line ends count as line feeds, so that a checkout's setting does
    /// not change the hash.
    /// </summary>
    public static string Of(string directory)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var file in Sources(directory))
        {
            var text = File.ReadAllText(file).ReplaceLineEndings("\n");
            hash.AppendData(Encoding.UTF8.GetBytes($"{Path.GetFileName(file)}\n{text}"));
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static IEnumerable<string> Sources(string directory) => Directory.EnumerateFiles(directory)
        .Where(file => Path.GetExtension(file) is ".h" or ".inc")
        .OrderBy(Path.GetFileName, StringComparer.Ordinal);
}
