using System.Buffers;
using System.Text;

namespace LlamaInterop.Tokenization;

/// <summary>Turns a stream of tokens into valid UTF-8: a character split over tokens is held back until it is whole.</summary>
/// <remarks>
/// Bytes that can be no part of a character become U+FFFD, one for each maximal part of one, as the Unicode Standard advises
/// (3.9). For one stream at a time; the byte methods do not allocate.
/// </remarks>
/// <param name="tokenizer">Gives each token its bytes.</param>
/// <param name="special">Control and unknown tokens give their text; otherwise they give nothing.</param>
public sealed class TokenDecoder(Tokenizer tokenizer, bool special = false)
{
    private const int MaxPendingBytes = 3;
    private const int ReplacementBytes = 3;

    // What is held back, and behind it the bytes of the current token.
    private readonly byte[] _bytes = new byte[MaxPendingBytes + tokenizer.MaxPieceBytes];
    private int _pending;

    /// <summary>What the longest token can give, in bytes: the length of destination that is always enough.</summary>
    public int MaxBytes => _bytes.Length * ReplacementBytes;

    /// <summary>Writes the characters that a token completes and returns their length in bytes.</summary>
    /// <param name="id">The next token.</param>
    /// <param name="destination">At least <see cref="MaxBytes"/> long.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="id"/> is no token.</exception>
    /// <exception cref="ArgumentException"><paramref name="destination"/> is too short.</exception>
    public int Decode(int id, Span<byte> destination)
    {
        CheckLength(destination);
        int length = _pending + tokenizer.PieceBytes(id, special, _bytes.AsSpan(_pending));
        int written = Write(_bytes.AsSpan(0, length), destination, out int consumed);
        _pending = length - consumed;
        _bytes.AsSpan(consumed, _pending).CopyTo(_bytes);
        return written;
    }

    /// <summary>Writes what is held back at the end of the stream, which can only be U+FFFD, and returns its length in bytes.</summary>
    /// <param name="destination">At least <see cref="MaxBytes"/> long.</param>
    /// <exception cref="ArgumentException"><paramref name="destination"/> is too short.</exception>
    public int Flush(Span<byte> destination)
    {
        CheckLength(destination);
        if (_pending == 0)
            return 0;
        _pending = 0;
        return Rune.ReplacementChar.EncodeToUtf8(destination);
    }

    /// <summary>The characters that a token completes.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="id"/> is no token.</exception>
    public string Decode(int id)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(MaxBytes);
        string text = Encoding.UTF8.GetString(buffer, 0, Decode(id, buffer));
        ArrayPool<byte>.Shared.Return(buffer);
        return text;
    }

    /// <summary>What is held back at the end of the stream.</summary>
    public string Flush()
    {
        string text = _pending == 0 ? "" : Rune.ReplacementChar.ToString();
        _pending = 0;
        return text;
    }

    /// <summary>Forgets what is held back, so that another stream may begin.</summary>
    public void Reset() => _pending = 0;

    private static int Write(ReadOnlySpan<byte> bytes, Span<byte> destination, out int consumed)
    {
        int written = 0;
        consumed = 0;
        while (consumed < bytes.Length)
        {
            var status = Rune.DecodeFromUtf8(bytes[consumed..], out var rune, out int length);
            if (status == OperationStatus.NeedMoreData)
                break;
            written += rune.EncodeToUtf8(destination[written..]);
            consumed += length;
        }
        return written;
    }

    private void CheckLength(ReadOnlySpan<byte> destination)
    {
        if (destination.Length < MaxBytes)
            throw new ArgumentException($"{destination.Length} bytes are too few: a token may give {MaxBytes}", nameof(destination));
    }
}
