using LlamaInterop.Models;
using LlamaInterop.Models.Checkpoints;

namespace LlamaInterop.Import;

/// <summary>How sentence-transformers pools a model's hidden states: <c>modules.json</c> names the folder of the pooling's configuration.</summary>
internal static class SentencePooling
{
    private const string ModulesName = "modules.json";

    /// <summary>Sets <c>ARCH.pooling_type</c> where the folder says.</summary>
    /// <exception cref="ModelException">A file is malformed, or the pooling is none of mean, first and last token.</exception>
    public static void Set(HyperParameterWriter keys, string folder)
    {
        string modules = Path.Combine(folder, ModulesName);
        if (!File.Exists(modules) || PathOfPooling(modules) is not { } name)
            return;
        string path = Path.Combine(folder, name, "config.json");
        if (!File.Exists(path))
            throw new ModelException($"{path}: no such file, but {ModulesName} names it");
        ModelConfig pooling = ModelConfig.Load(path);
        keys.Set("pooling_type", pooling.BoolOr(false, "pooling_mode_mean_tokens") ? 1
            : pooling.BoolOr(false, "pooling_mode_cls_token") ? 2
            : pooling.BoolOr(false, "pooling_mode_lasttoken") ? 3
            : pooling.StringOrNull("pooling_mode") switch
            {
                "mean" => 1,
                "cls" => 2,
                "lasttoken" => 3,
                _ => throw new ModelException($"{path}: the pooling is none of mean, cls and lasttoken"),
            });
    }

    private static string? PathOfPooling(string modules)
    {
        foreach (ModelConfig module in ModelConfig.LoadList(modules))
        {
            if (module.StringOrNull("type")?.EndsWith("Pooling", StringComparison.Ordinal) == true)
                return module.StringOrNull("path") is { Length: > 0 } path && path == Path.GetFileName(path) && path is not ("." or "..") ? path
                    : throw new ModelException($"{modules}: the pooling's path is no folder of the model's");
        }
        return null;
    }
}
