using System.Text.Json;
using LlamaInterop.Gguf;
using LlamaInterop.Import;
using LlamaInterop.Import.Tokenizers;
using LlamaInterop.Models.Checkpoints;

namespace LlamaInterop.Tools;

/// <summary>Converts a tokenizer without weights: a file that tokenizes and does not run.</summary>
internal static class VocabularyConversion
{
    /// <summary>What the file says that it is where no configuration does; loaders want a name.</summary>
    private const string AnyArchitecture = "llama";

    public static ConvertReport Run(string source, string? output, ConvertOptions options, CancellationToken cancel)
    {
        if (!TokenizerImport.Exists(source))
            throw new ImportException(ImportCheck.File, source, "has no tokenizer");
        ModelConfig? config = ConfigOf(source);
        string architecture = config is not null && CheckpointMaps.TryFind(config, out var map) ? map(config).Architecture : AnyArchitecture;
        string name = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(Directory.Exists(source) ? source : Path.ChangeExtension(source, null))));
        var writer = new GgufWriter();
        var warnings = new List<string>();
        ConvertedMetadata.SetGeneral(writer, architecture, options.ModelName ?? name);
        TokenizerImport.Write(source, config?.Root ?? default(JsonElement), config?.VocabularySize ?? 0, writer, warnings);
        string path = OutputPath.Of(source, output, name, "vocab");
        ConvertedSources.RefuseAs(path, source);
        if (!options.DryRun)
            writer.Write(path, cancel);
        return new ConvertReport([path], architecture, ConvertType.Auto, [], warnings);
    }

    private static ModelConfig? ConfigOf(string source)
    {
        string path = Path.Combine(Directory.Exists(source) ? source : Path.GetDirectoryName(source) ?? "", "config.json");
        return File.Exists(path) ? ModelConfig.Load(path) : null;
    }
}
