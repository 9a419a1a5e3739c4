namespace LlamaInterop.Tools;

/// <summary>
/// A synthetic model that leaves nothing behind. It lies in memory where the system has a file system of memory with room for it
/// (Linux: /dev/shm), else in the folder for temporary files; either way the engine maps it as it maps any model.
/// </summary>
internal sealed class TemporaryModel : IDisposable
{
    private const string MemoryFileSystem = "/dev/shm";

    private TemporaryModel(string path) => Path = path;

    public string Path { get; }

    /// <exception cref="Gguf.GgufException">There is no room.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancel"/> was signalled.</exception>
    public static TemporaryModel Create(SyntheticModel model, CancellationToken cancel = default)
    {
        string folder = HasRoom(MemoryFileSystem, model.ByteLength) ? MemoryFileSystem : System.IO.Path.GetTempPath();
        string path = System.IO.Path.Combine(folder, $"llama-interop-{Guid.NewGuid():N}.gguf");
        model.Write(path, cancel);
        return new TemporaryModel(path);
    }

    public void Dispose() => File.Delete(Path);

    private static bool HasRoom(string folder, long bytes)
    {
        const double Margin = 1.05;
        double needed = bytes * Margin;
        return OperatingSystem.IsLinux() && Directory.Exists(folder)
            && new DriveInfo(folder).AvailableFreeSpace > needed && GC.GetGCMemoryInfo().TotalAvailableMemoryBytes > needed;
    }
}
