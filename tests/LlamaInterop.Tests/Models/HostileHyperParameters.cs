using LlamaInterop.Gguf;
using LlamaInterop.Models;

namespace LlamaInterop.Tests.Models;

/// <summary>
/// Every hyper-parameter of a file set to 0, below 0, far too large and off by one, and to numbers that are none: the model works, or is
/// refused in one line that names the key.
/// </summary>
internal static class HostileHyperParameters
{
    private static readonly LlamaModelOptions Small = new() { Threads = 1, BatchSize = 4, ContextSize = 32 };

    /// <summary>A line for each value with which something else happens.</summary>
    /// <param name="path">The file.</param>
    /// <param name="run">What is asked of the model; logits of a short text if null.</param>
    public static List<string> Failures(string path, Action<LlamaModel>? run = null)
    {
        run ??= model => model.Evaluate([1, 2, 3], false, (_, _) => { });
        var failures = new List<string>();
        int worked = 0, refused = 0;
        foreach ((string key, GgufValue value) in Hostile(path))
        {
            string? failure = Try(path, run, key, value, ref worked, ref refused);
            if (failure is not null)
                failures.Add($"{key} = {Text(value)}: {failure}");
        }
        TestContext.Out.WriteLine($"{Path.GetFileName(path)}: {worked} worked, {refused} refused");
        return failures;
    }

    private static string? Try(string path, Action<LlamaModel> run, string key, GgufValue value, ref int worked, ref int refused)
    {
        try
        {
            using LlamaModel model = LlamaModel.Load(path, Small with { Overrides = [new GgufOverride(key, value)] });
            run(model);
            worked++;
            return null;
        }
        catch (Exception error) when (error is ModelException or GgufException)
        {
            refused++;
            string shortKey = key[(key.IndexOf('.', StringComparison.Ordinal) + 1)..];
            return error.Message.Contains('\n') ? $"several lines: {error.Message}" : error.Message.Contains(shortKey) ? null : $"does not name the key: {error.Message}";
        }
        catch (Exception error)
        {
            return $"{error.GetType().Name}: {error.Message}";
        }
    }

    private static IEnumerable<(string Key, GgufValue Value)> Hostile(string path)
    {
        using GgufFile file = GgufFile.Open(path);
        string arch = file.Metadata.GetString("general.architecture");
        var pairs = new List<(string, GgufValue)>();
        foreach ((string key, GgufValue value) in file.Metadata)
        {
            if (key.StartsWith(arch + ".", StringComparison.Ordinal) || key.StartsWith("xielu.", StringComparison.Ordinal))
                pairs.AddRange(Variants(value).Select(variant => (key, variant)));
        }
        return pairs;
    }

    private static IEnumerable<GgufValue> Variants(GgufValue value)
    {
        switch (value.Type)
        {
            case GgufValueType.String:
                return [GgufValue.From(""), GgufValue.From("nonsense"), GgufValue.From(7L)];
            case GgufValueType.Bool:
                return [GgufValue.From(true), GgufValue.From(false), GgufValue.From(2L)];
            case GgufValueType.Float32 or GgufValueType.Float64:
                return [GgufValue.From(0f), GgufValue.From(-1f), GgufValue.From(1e38f), GgufValue.From(float.NaN), GgufValue.From(float.NegativeInfinity), GgufValue.From("x")];
            case GgufValueType.Array:
                return [GgufValue.FromArray(Array.Empty<int>()), GgufValue.FromArray<int>([-1]), GgufValue.From(3L), GgufValue.From(0L), GgufValue.FromArray<int>([.. Enumerable.Repeat(int.MaxValue, 64)])];
            default:
                long number = GgufMetadataNumber(value);
                return ((long[])[0, -1, int.MinValue, int.MaxValue, long.MaxValue, number - 1, number + 1, number * 2]).Select(GgufValue.From).Append(GgufValue.From("x"));
        }
    }

    private static long GgufMetadataNumber(GgufValue value) => long.Parse(Text(value), System.Globalization.CultureInfo.InvariantCulture);

    private static string Text(GgufValue value) => value.ToString() ?? "";
}
