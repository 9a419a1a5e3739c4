namespace LlamaInterop.Tables;

/// <summary>What a row is to reach; 0 where nothing is asked.</summary>
/// <param name="OverLlama">Times llama.cpp's rate.</param>
/// <param name="OverIk">Times the better of ik's rates.</param>
/// <param name="OfMemory">Share of the read bandwidth.</param>
/// <param name="OfPeak">Share of the FMA peak.</param>
/// <param name="OverOne">Times the rate of one sequence.</param>
/// <param name="Most">In the row's unit.</param>
internal readonly record struct Goal(double OverLlama = 0, double OverIk = 0, double OfMemory = 0, double OfPeak = 0, double OverOne = 0, double Most = 0)
{
    private static readonly string[] s_ordinary = ["q4_0", "q4_1", "q4_k_m", "q5_k_m", "q6_k", "iq4_xs"];

    /// <summary>The goal of a test, as issue 6 sets it.</summary>
    public static Goal Of(string mode, string model, string test)
    {
        string type = model.Split(':')[^1];
        bool isPrefill = test.StartsWith("pp");
        return mode switch
        {
            "table" => isPrefill ? Prefill(type) : Decode(type),
            "depth" => isPrefill ? Prefill(type) with { OfPeak = 0 } : Decode(type) with { OfMemory = 0 },
            "moe" => isPrefill ? new(OverLlama: 2) : new(1.05, 1.05),
            "batches" => test == "tg128 x 4" ? new(OverOne: 2.5) : test == "tg128 x 8" ? new(OverLlama: 1.3) : default,
            "load" => new(OverLlama: 1),
            "memory" => test == "resident, later" ? new(Most: 1.1) : default,
            "startup" => new(Most: 150),
            _ => default,
        };
    }

    private static Goal Prefill(string type) => type switch
    {
        "q8_0" => new(1.5, 1.15),
        "f16" or "f32" => new(1.05, 1.05, OfPeak: 0.9),
        "bf16" => new(1.2, 1.2),
        _ when s_ordinary.Contains(type) => new(1.5, 1.2),
        _ => new(1.2, 1.2),
    };

    private static Goal Decode(string type) =>
        s_ordinary.Contains(type) || type is "q8_0" or "f16" or "f32" or "bf16" ? new(1.05, 1.05, OfMemory: 0.9) : new(1, 1);

    /// <summary>What of it a row misses: nothing, or each line; "?" stands for what was not measured.</summary>
    public string Verdict(Row row)
    {
        if (this == default)
            return "";
        List<string> missed = [];
        Check(missed, "llama.cpp", row.OverLlama?.Median, OverLlama);
        Check(missed, "ik", row.OverIk?.Median, OverIk);
        Check(missed, "memory", row.OfMemory, OfMemory);
        Check(missed, "FMA peak", row.OfPeak, OfPeak);
        Check(missed, "one sequence", row.OverOne, OverOne);
        if (Most > 0 && row.Ours?.Median > Most)
            missed.Add($"{row.Ours.Value.Median:0.##} of {Most:0.##} {row.Test.Unit}");
        return missed.Count == 0 ? "met" : string.Join("; ", missed);
    }

    private static void Check(List<string> missed, string what, double? reached, double wanted)
    {
        if (wanted > 0 && (reached is null || reached < wanted))
            missed.Add($"{what}: {(reached is null ? "?" : $"{reached:F2}")} of {wanted:0.##}");
    }
}
