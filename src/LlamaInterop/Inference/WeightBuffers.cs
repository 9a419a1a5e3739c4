using LlamaInterop.Gguf;
using LlamaInterop.Native;

namespace LlamaInterop.Inference;

/// <summary>The file's parts as buffers of a backend: wrapped in place, or copied where mapping is not wanted.</summary>
internal static class WeightBuffers
{
    private const int ChunkBytes = 16 << 20;

    /// <summary>An array with the weight buffers from <paramref name="first"/> on; the ones before are left for the caller.</summary>
    public static BufferHandle[] Create(GgufFile file, BackendHandle backend, int first, RunnerOptions options)
    {
        var buffers = new BufferHandle[first + file.Parts.Count];
        try
        {
            if (options.UseMapping)
                file.Map();
            for (int i = 0; i < file.Parts.Count; i++)
            {
                GgufPart part = file.Parts[i];
                buffers[first + i] = options.UseMapping
                    ? Wrap(part, backend)
                    : Read(part, backend);
                if (options.LockMemory)
                    buffers[first + i].Lock();
            }
            return buffers;
        }
        catch
        {
            foreach (BufferHandle? buffer in buffers)
                buffer?.Dispose();
            throw;
        }
    }

    private static unsafe BufferHandle Wrap(GgufPart part, BackendHandle backend) => BufferHandle.Wrap(backend, part.Address, part.Length);

    private static BufferHandle Read(GgufPart part, BackendHandle backend)
    {
        BufferHandle buffer = BufferHandle.Create(backend, part.Length);
        using FileStream stream = File.OpenRead(part.Path);
        byte[] chunk = new byte[ChunkBytes];
        for (long offset = 0; offset < part.Length;)
        {
            int wanted = (int)Math.Min(chunk.Length, part.Length - offset);
            stream.ReadExactly(chunk, 0, wanted);
            buffer.Write<byte>(offset, chunk.AsSpan(0, wanted));
            offset += wanted;
        }
        return buffer;
    }
}
