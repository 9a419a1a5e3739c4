namespace LlamaInterop.Tools;

/// <summary>How far a download is.</summary>
/// <param name="File">The file's name.</param>
/// <param name="Received">Bytes of all files that are there, those of an earlier attempt included.</param>
/// <param name="Total">Bytes of all files; 0 where that is not known yet.</param>
/// <param name="Trouble">Why the connection broke, when it is about to be tried anew; else null.</param>
public readonly record struct DownloadProgress(string File, long Received, long Total, string? Trouble = null);
