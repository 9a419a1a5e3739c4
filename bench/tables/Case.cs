namespace LlamaInterop.Tables;

/// <summary>What is measured of a model in one run of each engine.</summary>
/// <param name="Mode">The table that it belongs to.</param>
/// <param name="Model">"SHAPE:TYPE" of a synthetic model, or "NAME:TYPE" of a file.</param>
/// <param name="Cache">Type of cached keys and values.</param>
/// <param name="Rounds">Times that each engine runs it.</param>
internal sealed record Case(string Mode, string Model, string Cache = "f16", int Rounds = 5)
{
    public const string RealModel = "smollm2:q4_1";

    private static readonly string[] s_types =
    [
        "q4_0", "q4_k_m", "q5_k_m", "q6_k", "iq4_xs", "q8_0", "f16", "f32", "bf16",
        "q2_k", "q3_k", "iq2_xxs", "iq2_xs", "iq2_s", "iq3_xxs", "iq3_s", "mxfp4",
    ];

    /// <summary>Every case, in the order of the tables.</summary>
    public static IReadOnlyList<Case> All { get; } =
    [
        .. s_types.Select(type => new Case("table", $"llama-1.1b:{type}")),
        .. s_types.Select(type => new Case("table", $"small:{type}")),
        new("table", RealModel),
        .. new[] { "q4_0", "q4_k_m", "q8_0" }.Select(type => new Case("table", $"llama-7b:{type}", Rounds: 3)),
        .. new[] { "f16", "q8_0", "q4_0" }.Select(cache => new Case("depth", "llama-1.1b:q4_0", cache)),
        .. new[] { "q4_0", "q4_k_m" }.Select(type => new Case("batches", $"llama-1.1b:{type}")),
        .. new[] { "q4_0", "q4_k_m" }.Select(type => new Case("moe", $"moe-3b:{type}")),
        new("load", "llama-1.1b:q4_0"),
        .. new[] { "llama-1.1b", "llama-7b" }.Select(shape => new Case("memory", $"{shape}:q4_0", Rounds: 1)),
        new("startup", "none", Rounds: 10),
        .. new[] { "q4_0", "q4_k_m" }.Select(type => new Case("self", $"llama-1.1b:{type}")),
    ];

    public static IEnumerable<string> Modes => All.Select(one => one.Mode).Distinct();

    /// <summary>Types of cached keys and values that are measured.</summary>
    public static IReadOnlyList<string> Caches => [.. All.Select(one => one.Cache).Distinct()];

    /// <summary>The cases of a mode; of the given models only, where there are any, which need not be among the mode's own.</summary>
    public static IEnumerable<Case> Of(string mode, string[] models)
    {
        List<Case> own = [.. All.Where(one => one.Mode == mode)];
        return models.Length == 0 || mode == "startup" ? own
            : own.Where(one => models.Contains(one.Model)).Concat(models.Except(own.Select(one => one.Model)).SelectMany(model => own.DistinctBy(one => one.Cache).Select(one => one with { Model = model })));
    }

    public override string ToString() => $"{Mode} {Model}{(Cache == "f16" ? "" : $" cache {Cache}")}";
}
