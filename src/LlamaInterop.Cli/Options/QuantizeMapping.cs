using System.Globalization;
using System.Text;
using LlamaInterop.Cli.Text;
using LlamaInterop.Gguf;
using LlamaInterop.Tools;

namespace LlamaInterop.Cli.Options;

/// <summary>What <c>quantize</c> is asked to do.</summary>
/// <param name="Input">The model.</param>
/// <param name="Output">The file to write, or the name that its parts share.</param>
/// <param name="Options">The library's options, but for the importance matrix, which is read later.</param>
internal sealed record QuantizeRequest(string Input, string Output, QuantizeOptions Options);

/// <summary>The arguments and flags of <c>quantize</c> as the library's options.</summary>
internal static class QuantizeMapping
{
    private const int MostThreads = 256;

    /// <exception cref="UsageException">An argument or flag is wrong; the message names it.</exception>
    public static QuantizeRequest ToRequest(this QuantizeFlags flags)
    {
        bool isOutputNamed = !QuantizeType.TryParse(flags.Second, out QuantizeType? type);
        string typeText = isOutputNamed ? flags.Third : flags.Second;
        if (typeText.Length == 0)
            throw new UsageException(flags.Second.Length == 0 ? "TYPE is missing" : $"TYPE is missing: '{flags.Second}' is none, and taken for the output");
        type ??= Parse("TYPE", typeText, QuantizeType.Parse);
        (string threads, string tooMuch) = isOutputNamed ? (flags.Fourth, "") : (flags.Third, flags.Fourth);
        if (tooMuch.Length > 0)
            throw new UsageException($"unexpected argument '{tooMuch}'");
        if (isOutputNamed && flags.Second.Length == 0)
            throw new UsageException("OUT.gguf, the file to write, is empty");
        return new(flags.Input, isOutputNamed ? flags.Second : DefaultOutput(flags.Input, type), ToOptions(flags, type, threads));
    }

    /// <summary>llama-quantize's name for a file that was given none.</summary>
    private static string DefaultOutput(string input, QuantizeType type) =>
        Path.Combine(Path.GetDirectoryName(input) ?? "", $"ggml-model-{type.Name}.gguf");

    private static QuantizeOptions ToOptions(QuantizeFlags flags, QuantizeType type, string threads)
    {
        if (flags.IncludeWeights.Any() && flags.ExcludeWeights.Any())
            throw new UsageException("--include-weights and --exclude-weights exclude each other");
        if (flags.Imatrix is null && (flags.IncludeWeights.Any() || flags.ExcludeWeights.Any()))
            throw new UsageException("--include-weights and --exclude-weights need --imatrix");
        return new()
        {
            Type = type,
            ImportanceFile = flags.Imatrix,
            IncludeWeights = [.. flags.IncludeWeights],
            ExcludeWeights = [.. flags.ExcludeWeights],
            Pure = flags.Pure,
            LeaveOutputTensor = flags.LeaveOutputTensor,
            OutputTensorType = ReadElementType("--output-tensor-type", flags.OutputTensorType),
            TokenEmbeddingType = ReadElementType("--token-embedding-type", flags.TokenEmbeddingType),
            TensorTypes = ReadRules(flags),
            AllowRequantize = flags.AllowRequantize,
            KeepSplit = flags.KeepSplit,
            Overrides = ModelOptions.ReadOverrides(flags.OverrideKv),
            PruneLayers = flags.PruneLayers is null ? [] : [.. flags.PruneLayers.Split(',').Select(part => ReadNumber("--prune-layers", part, 0, int.MaxValue))],
            Threads = ReadThreads(flags.Threads, threads),
        };
    }

    private static IReadOnlyList<TensorTypeRule> ReadRules(QuantizeFlags flags) =>
    [
        .. flags.TensorTypes.Select(text => Parse("--tensor-type", text, TensorTypeRule.Parse)),
        .. flags.TensorTypeFiles.SelectMany(path => Parse("--tensor-type-file", Encoding.UTF8.GetString(TextFile.ReadBytes(path)), TensorTypeRule.ParseMany)),
    ];

    private static GgufTensorType? ReadElementType(string flag, string? text) => text is null ? null
        : GgufTensorTypes.TryParse(text, out GgufTensorType type) ? type
        : throw new UsageException($"{flag}: there is no element type '{text}', only {string.Join(", ", GgufTensorTypes.All)}");

    private static int ReadThreads(int? flag, string argument)
    {
        if (flag is not null && argument.Length > 0)
            throw new UsageException("-t and THREADS say the same: give one of them");
        return flag is null && argument.Length == 0
            ? 0
            : EngineMapping.InRange("-t", flag ?? ReadNumber("THREADS", argument, 1, MostThreads), 1, MostThreads);
    }

    private static int ReadNumber(string name, string text, int lowest, int highest) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int value)
            ? EngineMapping.InRange(name, value, lowest, highest)
            : throw new UsageException($"{name}: '{text}' is not a number");

    private static T Parse<T>(string flag, string text, Func<string, T> parse)
    {
        try
        {
            return parse(text);
        }
        catch (FormatException error)
        {
            throw new UsageException($"{flag}: {error.Message}");
        }
    }
}
