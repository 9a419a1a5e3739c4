namespace LlamaInterop.Tools;

/// <summary>A file of a repository, as the hub lists it.</summary>
/// <param name="Path">Its path in the repository, with slashes.</param>
/// <param name="Size">Its bytes.</param>
/// <param name="Sha256">The hash of its content, in lower-case hexadecimal digits; null where the hub states none.</param>
internal sealed record HubFile(string Path, long Size, string? Sha256);
