using System.Globalization;
using System.Reflection;
using LlamaInterop.Cli.Options;
using LlamaInterop.Tools;

namespace LlamaInterop.Cli.Output;

/// <summary>A test's figures as named columns: those of llama-bench that mean something here, by its names, then this program's own.</summary>
internal sealed class BenchRecord
{
    private const int CommitDigits = 9;

    public BenchRecord(BenchmarkedModel model, BenchmarkSession session, BenchmarkResult result, BenchOptions options)
    {
        Result = result;
        Profile = session.Profiles.Where(profile => profile.Test == result.Test).Select(profile => profile.Ops).FirstOrDefault();
        Programs = session.Programs;
        Columns = [.. Circumstances(model, session, options), .. Figures(result), .. OwnFigures(session, result), ("activations", ActivationsOf(options))];
    }

    /// <summary>Texts, integers, floats, or null where a column says nothing of this test.</summary>
    public IReadOnlyList<(string Name, object? Value)> Columns { get; }

    public BenchmarkResult Result { get; }

    /// <summary>The test's ops, where they were timed.</summary>
    public IReadOnlyList<OpProfile>? Profile { get; }

    public IReadOnlyList<ProgramShape> Programs { get; }

    /// <summary>The commit that the program was built from, as far as the build knew it.</summary>
    private static string Commit
    {
        get
        {
            string version = typeof(BenchRecord).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "";
            string commit = version[(version.IndexOf('+') + 1)..];
            return commit.Length > CommitDigits ? commit[..CommitDigits] : "unknown";
        }
    }

    /// <summary>What products of quantized weights read, as the command line names it.</summary>
    public static string ActivationsOf(BenchOptions options) => options.Activations == "auto" ? "refined" : options.Activations;

    private static IEnumerable<(string, object?)> Circumstances(BenchmarkedModel model, BenchmarkSession session, BenchOptions options) =>
    [
        ("build_commit", Commit),
        ("cpu_info", session.Processor),
        ("backends", session.Backend.ToUpperInvariant()),
        ("model_filename", model.Path),
        ("model_type", model.Type),
        ("model_size", model.Bytes),
        ("model_n_params", model.Parameters),
        ("n_ubatch", (long)options.MicroBatchSize),
        ("n_threads", (long)session.Threads),
        ("type_k", options.KeyCache),
        ("type_v", options.ValueCache),
    ];

    private static IEnumerable<(string, object?)> Figures(BenchmarkResult result) =>
    [
        ("n_prompt", (long)result.Test.Prompt),
        ("n_gen", (long)result.Test.Generated),
        ("n_depth", (long)result.Test.Depth),
        ("test_time", result.Began.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture)),
        ("avg_ns", (long)result.Nanoseconds.Average()),
        ("stddev_ns", (long)BenchmarkResult.DeviationOf(result.Nanoseconds)),
        ("avg_ts", Math.Round(result.Mean, 6)),
        ("stddev_ts", Math.Round(result.Deviation, 6)),
    ];

    private static IEnumerable<(string, object?)> OwnFigures(BenchmarkSession session, BenchmarkResult result) =>
    [
        ("test", result.Test.ToString()),
        ("median_ts", Math.Round(result.Median, 6)),
        ("isa", session.Isa),
        ("bytes_per_token", session.BytesPerToken),
        ("multiply_adds_per_token", session.MultiplyAddsPerToken),
        ("attention_multiply_adds_per_token", (long)Math.Round(result.AttentionMultiplyAddsPerToken)),
        ("expert_bytes_per_token", session.ExpertBytes.Read),
        ("bytes_per_second", session.BytesPerSecond(result) is { } rate ? (long)rate : null),
        ("memory_bytes_per_second", (long)result.ReadBandwidth),
        ("share_of_memory", session.ShareOfBandwidth(result) is { } share ? Math.Round(share, 4) : null),
        ("logits_hash", result.LogitsHash.ToString("x16", CultureInfo.InvariantCulture)),
    ];
}
