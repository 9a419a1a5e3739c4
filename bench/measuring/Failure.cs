namespace LlamaInterop.Measuring;

/// <summary>The end of a script, with its reason in one line.</summary>
internal static class Failure
{
    public static string Exit(string reason)
    {
        Console.Error.WriteLine($"error: {reason}");
        Environment.Exit(2);
        return "";
    }
}
