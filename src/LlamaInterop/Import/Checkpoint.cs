using System.Diagnostics.CodeAnalysis;

namespace LlamaInterop.Import;

/// <summary>The tensors of a model in some format other than GGUF: one file or several, opened for reading. Opening reads headers only.</summary>
internal abstract class Checkpoint : IDisposable
{
    private Dictionary<string, SourceTensor>? _byName;

    /// <summary>The file or directory that was opened; errors name it.</summary>
    public abstract string Path { get; }

    /// <summary>All tensors, in the order in which they are stored, no name twice.</summary>
    public abstract IReadOnlyList<SourceTensor> Tensors { get; }

    public bool TryGet(string name, [NotNullWhen(true)] out SourceTensor? tensor) =>
        (_byName ??= Tensors.ToDictionary(t => t.Name, StringComparer.Ordinal)).TryGetValue(name, out tensor);

    public abstract void Dispose();
}
