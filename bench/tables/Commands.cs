namespace LlamaInterop.Tables;

/// <summary>What an engine is called with for a case. Rivals get their best settings: flash attention, fused experts, repacking as their name says.</summary>
internal static class Commands
{
    public const string Depths = "4096,8192";
    private const int DeepestContext = 8192 + 512;
    private const string Batches = "1,2,4,8,16";

    public static (string Program, string[] Arguments) Of(Engine engine, Case one, string file, int threads)
    {
        string[] shared = ["-m", file, "-t", $"{threads}", .. engine.Extra];
        if (engine.Kind == EngineKind.Ours)
            return engine.Call(Ours(one, shared));
        (string tool, string[] arguments) = engine.Kind == EngineKind.LlamaCpp ? LlamaCpp(one, shared) : Ik(one, shared);
        return (Path.Combine(engine.Folder, tool), arguments);
    }

    private static string[] Ours(Case one, string[] shared) => one.Mode switch
    {
        "depth" => ["bench", .. shared, "-r", "1", "-o", "json", .. DepthOf(one)],
        "batches" => ["batched-bench", .. shared, .. BatchesOf],
        "load" => ["run", .. shared, .. FirstToken],
        "memory" => ["run", .. shared, .. Several],
        _ => ["bench", .. shared, "-r", "1", "-o", "json", "-p", "512", "-n", "128"],
    };

    private static (string Tool, string[] Arguments) LlamaCpp(Case one, string[] shared) => one.Mode switch
    {
        "depth" => ("llama-bench", [.. shared, "-r", "1", "-o", "json", "-fa", "1", .. DepthOf(one)]),
        "batches" => ("llama-batched-bench", [.. shared, "-fa", "on", .. BatchesOf]),
        "load" => ("llama-completion", [.. shared, "-fa", "on", "-no-cnv", "--no-warmup", .. FirstToken]),
        "memory" => ("llama-completion", [.. shared, "-fa", "on", "-no-cnv", .. Several]),
        _ => ("llama-bench", [.. shared, "-r", "1", "-o", "json", "-fa", "1", "-p", "512", "-n", "128"]),
    };

    /// <summary>Its llama-bench cannot prefill at a depth; its llama-sweep-bench does, and measures every eighth step of 512 tokens here.</summary>
    private static (string Tool, string[] Arguments) Ik(Case one, string[] shared) => one.Mode switch
    {
        "depth" => ("llama-sweep-bench", [.. Switches(shared), "-c", $"{DeepestContext}", "-ub", "512", "-n", "64", "--sweep-stride", "8", "-fa", "on", "-ctk", one.Cache, "-ctv", one.Cache]),
        "batches" => ("llama-batched-bench", [.. Switches(shared), "-fa", "on", .. BatchesOf]),
        "load" => ("llama-cli", [.. Switches(shared), "-fa", "on", "--no-warmup", .. FirstToken]),
        "memory" => ("llama-cli", [.. Switches(shared), "-fa", "on", .. Several]),
        _ => ("llama-bench", [.. shared, "-r", "1", "-o", "json", "-fa", "1", "-fmoe", "1", "-p", "512", "-n", "128"]),
    };

    /// <summary>"-rtr 1" of its llama-bench is "-rtr" of its other tools.</summary>
    private static IEnumerable<string> Switches(string[] flags) => flags.Where((flag, i) => i == 0 || flags[i - 1] != "-rtr");

    private static string[] DepthOf(Case one) => ["-p", "512", "-n", "64", "-d", Depths, "-ctk", one.Cache, "-ctv", one.Cache];

    private static string[] BatchesOf => ["-c", "4096", "-npp", "128", "-ntg", "128", "-npl", Batches];

    private static string[] FirstToken => ["-n", "1", "-p", "x"];

    private static string[] Several => ["-n", "128", "-c", "512", "-p", "x"];
}
