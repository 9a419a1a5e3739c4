namespace LlamaInterop.Cli.Options;

/// <summary>The flags of <c>devices</c>: none of its own.</summary>
internal sealed class DevicesOptions : VerbOptions;
