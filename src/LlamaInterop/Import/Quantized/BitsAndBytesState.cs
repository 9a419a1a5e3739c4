using System.Collections.Immutable;
using System.Text.Json;

namespace LlamaInterop.Import.Quantized;

/// <summary>What bitsandbytes notes of a matrix, as JSON in a tensor of bytes.</summary>
/// <param name="Shape">The matrix's.</param>
/// <param name="BlockSize">Elements that share a scale.</param>
/// <param name="NestedBlockSize">Scales that share a scale of their own; 0 where they are not quantized.</param>
/// <param name="NestedOffset">What is added to quantized scales.</param>
internal sealed record BitsAndBytesState(ImmutableArray<long> Shape, int BlockSize, int NestedBlockSize, float NestedOffset)
{
    private const int MaxBytes = 1 << 16, MaxDimensions = 4, MaxSize = 1 << 24;

    /// <exception cref="ImportException">It is malformed.</exception>
    public static BitsAndBytesState Read(PackedParts parts, SourceTensor tensor)
    {
        if (tensor.ElementCount > MaxBytes)
            throw parts.Refuse(tensor.Name, $"has {tensor.ElementCount} bytes, more than a description", ImportCheck.Limit);
        try
        {
            using var document = JsonDocument.Parse(parts.Words<byte>(tensor).Value);
            var root = document.RootElement;
            ImmutableArray<long> shape = [.. root.GetProperty("shape").EnumerateArray().Select(size => size.GetInt64())];
            bool isNested = root.TryGetProperty("nested_blocksize", out var nested);
            var state = new BitsAndBytesState(shape, root.GetProperty("blocksize").GetInt32(), isNested ? nested.GetInt32() : 0, isNested ? root.GetProperty("nested_offset").GetSingle() : 0);
            bool possible = shape.Length is > 0 and <= MaxDimensions && shape.All(size => size is > 0 and <= MaxSize) && shape.Aggregate(1.0, (product, size) => product * size) < int.MaxValue * 2.0
                && state.BlockSize > 0 && state.NestedBlockSize >= (isNested ? 1 : 0);
            return possible ? state : throw parts.Refuse(tensor.Name, $"describes an impossible matrix: [{string.Join(", ", shape)}] in blocks of {state.BlockSize}");
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            throw parts.Refuse(tensor.Name, $"is no description of a quantized matrix: {error.Message}", ImportCheck.Json);
        }
    }
}
