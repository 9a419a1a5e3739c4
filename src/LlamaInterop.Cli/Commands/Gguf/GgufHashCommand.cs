using LlamaInterop.Cli.Options;
using LlamaInterop.Cli.Output;
using LlamaInterop.Gguf;
using LlamaInterop.Tools;

namespace LlamaInterop.Cli.Commands;

/// <summary><c>gguf hash FILE</c>: hashes of tensors, in the form of llama.cpp's gguf-hash.</summary>
internal static class GgufHashCommand
{
    public static int Run(GgufHashOptions options, Terminal terminal)
    {
        using var file = GgufFile.Open(options.File);
        HashManifest? manifest = options.Manifest is null ? null : HashManifest.Read(options.Manifest);
        IReadOnlyList<TensorHashKind> kinds = KindsOf(options, manifest);
        int wrong = 0;
        using (var progress = new ConsoleProgress(terminal, "hashing"))
        {
            foreach (var hash in TensorHasher.Compute(file, kinds, !options.WholeOnly, progress, terminal.Interrupted))
            {
                string verdict = manifest?.Judge(options.File, hash) ?? "";
                wrong += verdict is "" or HashManifest.Good ? 0 : 1;
                terminal.WriteLine(HashManifest.Line(options.File, hash) + (verdict.Length > 0 ? $"  -  {verdict}" : ""));
            }
        }
        if (wrong > 0)
            terminal.Error.WriteLine($"error: {options.File}: {wrong} hashes are not those of {options.Manifest}");
        return wrong > 0 ? 1 : 0;
    }

    /// <summary>What was asked for; to check, the safest that the manifest has; else the fastest.</summary>
    private static IReadOnlyList<TensorHashKind> KindsOf(GgufHashOptions options, HashManifest? manifest)
    {
        var kinds = new List<TensorHashKind>();
        if (options.XxHash64 || options.All)
            kinds.Add(TensorHashKind.XxHash64);
        if (options.Sha1 || options.All)
            kinds.Add(TensorHashKind.Sha1);
        if (options.Sha256 || options.All)
            kinds.Add(TensorHashKind.Sha256);
        if (options.Uuid)
            kinds.Add(TensorHashKind.Uuid);
        if (kinds.Count == 0)
            kinds.Add(manifest?.Safest ?? TensorHashKind.XxHash64);
        return kinds;
    }
}
