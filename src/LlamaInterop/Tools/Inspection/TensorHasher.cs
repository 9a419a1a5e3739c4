using System.Buffers.Binary;
using System.Security.Cryptography;
using LlamaInterop.Gguf;

namespace LlamaInterop.Tools;

/// <summary>Hashes the data of tensors, one by one and together: what a change of metadata leaves as it is.</summary>
/// <remarks>What is hashed, and in which order, is as llama.cpp's gguf-hash has it, so that manifests can be exchanged.</remarks>
public static class TensorHasher
{
    private const int UuidBytes = 16;

    /// <summary>llama.cpp's name space for models: the UUID of version 5 of its encyclopedia address.</summary>
    private static readonly Guid ModelNameSpace = new("ef001206-dadc-5f6d-a15f-3359e577d4e5");

    /// <summary>Hashes tensor by tensor, in the order in which they are stored, and then all of them as one stretch of bytes.</summary>
    /// <param name="file">The model.</param>
    /// <param name="kinds">The hashes to make; <see cref="TensorHashKind.Uuid"/> is of all tensors only.</param>
    /// <param name="ofTensors">Whether each tensor gets its own.</param>
    /// <param name="progress">Told of the share that is read, 0 to 1.</param>
    /// <param name="cancel">Ends the work.</param>
    /// <exception cref="GgufException">The file cannot be read.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static IEnumerable<TensorHash> Compute(
        GgufFile file, IReadOnlyList<TensorHashKind> kinds, bool ofTensors = true, IProgress<double>? progress = null, CancellationToken cancel = default)
    {
        var whole = kinds.Select(kind => new Hashing(kind)).ToList();
        var copied = new GgufCopyProgress(progress, file.Tensors);
        foreach (var tensor in file.Tensors)
        {
            List<Hashing> own = ofTensors ? [.. kinds.Where(kind => kind != TensorHashKind.Uuid).Select(kind => new Hashing(kind))] : [];
            foreach (var data in ChunksOf(file, tensor))
            {
                cancel.ThrowIfCancellationRequested();
                Parallel.ForEach(own.Concat(whole), hashing => hashing.Append(data.Span));
                copied.Add(data.Length);
            }
            foreach (var hashing in own)
                yield return hashing.Finish(tensor.Name);
        }
        foreach (var hashing in whole)
            yield return hashing.Finish(tensor: null);
    }

    private static IEnumerable<ReadOnlyMemory<byte>> ChunksOf(GgufFile file, GgufTensorInfo tensor)
    {
        var buffer = new byte[Math.Min(tensor.ByteLength, 4 << 20)];
        for (long offset = 0; offset < tensor.ByteLength; offset += buffer.Length)
        {
            int length = (int)Math.Min(buffer.Length, tensor.ByteLength - offset);
            file.ReadTensor(tensor, buffer.AsSpan(0, length), offset);
            yield return buffer.AsMemory(0, length);
        }
    }

    /// <summary>One hash in the making.</summary>
    private sealed class Hashing
    {
        private readonly TensorHashKind _kind;
        private readonly XxHash64? _fast;
        private readonly IncrementalHash? _secure;

        public Hashing(TensorHashKind kind)
        {
            _kind = kind;
            if (kind == TensorHashKind.XxHash64)
                _fast = new XxHash64();
            else
                _secure = IncrementalHash.CreateHash(kind == TensorHashKind.Sha256 ? HashAlgorithmName.SHA256 : HashAlgorithmName.SHA1);
            if (kind == TensorHashKind.Uuid)
                _secure!.AppendData(ModelNameSpace.ToByteArray(bigEndian: true));
        }

        public void Append(ReadOnlySpan<byte> data)
        {
            _fast?.Append(data);
            _secure?.AppendData(data);
        }

        public TensorHash Finish(string? tensor)
        {
            using var secure = _secure;
            return new(_kind, tensor, _kind == TensorHashKind.Uuid ? Uuid(secure!.GetHashAndReset()) : Convert.ToHexStringLower(Digest()));
        }

        private byte[] Digest()
        {
            if (_fast is null)
                return _secure!.GetHashAndReset();
            var digest = new byte[sizeof(ulong)];
            BinaryPrimitives.WriteUInt64BigEndian(digest, _fast.Finish());
            return digest;
        }

        private static string Uuid(byte[] digest)
        {
            const int version = 6, variant = 8;
            digest[version] = (byte)((digest[version] & 0x0F) | 0x50);
            digest[variant] = (byte)((digest[variant] & 0x3F) | 0x80);
            return new Guid(digest.AsSpan(0, UuidBytes), bigEndian: true).ToString();
        }
    }
}
