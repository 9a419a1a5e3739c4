namespace LlamaInterop.Cli.Output;

/// <summary>Whether the prompt is told from the answer by colour, and the bytes that do it.</summary>
internal readonly record struct TextColor(bool Enabled)
{
    /// <summary>Reads <c>on</c>, <c>off</c> or <c>auto</c>, which means only for a person watching.</summary>
    public static TextColor Of(string choice, Terminal terminal) => new(choice switch
    {
        "on" => true,
        "off" => false,
        _ => terminal.OutputIsTerminal && Environment.GetEnvironmentVariable("NO_COLOR") is null or "",
    });

    /// <summary>What goes before the prompt: yellow.</summary>
    public ReadOnlySpan<byte> BeforePrompt => Enabled ? "\u001b[33m"u8 : [];

    /// <summary>What goes after it.</summary>
    public ReadOnlySpan<byte> AfterPrompt => Enabled ? "\u001b[0m"u8 : [];
}
