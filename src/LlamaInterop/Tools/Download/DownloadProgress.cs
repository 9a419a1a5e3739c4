namespace LlamaInterop.Tools;

/// <summary>How far a download is.</summary>
/// <param name="File">The file's name.</param>
/// <param name="Received">Bytes of all files that are there, those of an earlier attempt included.</param>
/// <param name="Total">Bytes of all files.</param>
public readonly record struct DownloadProgress(string File, long Received, long Total);
