using System.Text;

namespace LlamaInterop.Tokenization;

/// <summary>UTF-8 as vocabularies see it: lenient, so that every byte string can be cut into characters.</summary>
internal static class Utf8Text
{
    /// <summary>What a byte that begins no character decodes to.</summary>
    public const int Replacement = 0xFFFD;

    /// <summary>The code point of <see cref="SpaceMark"/>.</summary>
    public const int SpaceMarkCodePoint = 0x2581;

    /// <summary>How many bytes <see cref="Repair"/> may write for one.</summary>
    public const int MaxRepairGrowth = 3;

    /// <summary>U+2581, which SentencePiece writes for a space.</summary>
    public static ReadOnlySpan<byte> SpaceMark => "\u2581"u8;

    /// <summary>The length that the first byte announces, cut at the end of the text; a stray byte is a character of length 1.</summary>
    public static int CharacterLength(ReadOnlySpan<byte> text, int start)
    {
        int length = text[start] switch
        {
            < 0xC0 => 1,
            < 0xE0 => 2,
            < 0xF0 => 3,
            _ => 4,
        };
        return Math.Min(length, text.Length - start);
    }

    /// <summary>Decodes the character at <paramref name="start"/>; a byte that is no part of one becomes U+FFFD by itself.</summary>
    /// <remarks>Surrogates and overlong forms are taken, as llama.cpp takes them, so that ids agree on such text too.</remarks>
    public static int Decode(ReadOnlySpan<byte> text, int start, out int length)
    {
        int first = text[start];
        length = 1;
        if (first < 0x80)
            return first;
        int expected = CharacterLength(text, start);
        if (first < 0xC0 || first >= 0xF8 || expected < (first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4))
            return Replacement;
        int codePoint = first & (0x7F >> expected);
        for (int i = 1; i < expected; i++)
        {
            byte next = text[start + i];
            if (!IsContinuation(next))
                return Replacement;
            codePoint = codePoint << 6 | next & 0x3F;
        }
        if (codePoint > 0x10FFFF)
            return Replacement;
        length = expected;
        return codePoint;
    }

    /// <summary>Decodes a whole text into <paramref name="codePoints"/>, which needs a place for every byte; returns how many there are.</summary>
    public static int Decode(ReadOnlySpan<byte> text, Span<int> codePoints)
    {
        int count = 0;
        for (int start = 0; start < text.Length;)
        {
            codePoints[count++] = Decode(text, start, out int length);
            start += length;
        }
        return count;
    }

    /// <summary>Whether a byte of valid text goes on with a character that an earlier one began.</summary>
    public static bool IsContinuation(byte value) => (value & 0xC0) == 0x80;

    /// <summary>Writes a text with U+FFFD for each byte that is no part of a character, and returns its length.</summary>
    /// <param name="text">The text.</param>
    /// <param name="destination">At least <see cref="MaxRepairGrowth"/> times as long.</param>
    public static int Repair(ReadOnlySpan<byte> text, Span<byte> destination)
    {
        int count = 0;
        for (int start = 0; start < text.Length;)
        {
            count += Encode(Decode(text, start, out int length), destination[count..]);
            start += length;
        }
        return count;
    }

    /// <summary>Lower-cases code points, each for itself.</summary>
    public static void ToLower(Span<int> codePoints)
    {
        foreach (ref int codePoint in codePoints)
            codePoint = ToLower(codePoint);
    }

    /// <summary>The lower case of a code point; itself where it has none.</summary>
    public static int ToLower(int codePoint) =>
        Rune.IsValid(codePoint) ? Rune.ToLowerInvariant(new Rune(codePoint)).Value : codePoint;

    /// <summary>Writes a code point, surrogates included, and returns its length of 1 to 4 bytes.</summary>
    public static int Encode(int codePoint, Span<byte> destination)
    {
        switch (codePoint)
        {
            case < 0x80:
                destination[0] = (byte)codePoint;
                return 1;
            case < 0x800:
                destination[0] = (byte)(0xC0 | codePoint >> 6);
                destination[1] = (byte)(0x80 | codePoint & 0x3F);
                return 2;
            case < 0x10000:
                destination[0] = (byte)(0xE0 | codePoint >> 12);
                destination[1] = (byte)(0x80 | codePoint >> 6 & 0x3F);
                destination[2] = (byte)(0x80 | codePoint & 0x3F);
                return 3;
            default:
                destination[0] = (byte)(0xF0 | codePoint >> 18);
                destination[1] = (byte)(0x80 | codePoint >> 12 & 0x3F);
                destination[2] = (byte)(0x80 | codePoint >> 6 & 0x3F);
                destination[3] = (byte)(0x80 | codePoint & 0x3F);
                return 4;
        }
    }
}
