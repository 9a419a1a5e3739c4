using System.Buffers.Binary;

namespace LlamaInterop.Tokenization;

/// <summary>Reads SentencePiece's compiled normalization rules, <c>tokenizer.ggml.precompiled_charsmap</c>.</summary>
/// <remarks>
/// <para>
/// The bytes are a length, that many bytes of a prefix tree as a double array of 32-bit units (Aoe, 1989; Darts-clone's form), and
/// replacements that end with a zero byte. The child of a node for a byte is the unit at the node's base xor the byte, if it names
/// that byte. A unit's bits 0 to 7 name the byte, bit 8 says that a key ends here, and bits 10 to 30, shifted left by 8 where bit 9
/// is set, xor its own index are its base; a key's value lies in the unit at the base itself.
/// </para>
/// <para>
/// The tree, parts of which several nodes may share, is walked once, here, so that a file in which it leads out of the array, in circles or
/// to endless keys is refused before any text is looked at.
/// </para>
/// </remarks>
internal sealed class CharacterMapReader
{
    // Far above the real ones: of Unicode's rules the longest key has 12 bytes, the longest replacement 33, and all take 300 KB.
    private const int MaxBytes = 1 << 22;
    private const int MaxKeyBytes = 256;
    private const int MaxNodes = 1 << 18;
    private const int MaxReplacementBytes = 128;

    private readonly uint[] _units;
    private readonly byte[] _replacements;
    private readonly List<(ReadOnlyMemory<byte> Key, int Replacement)> _keys = [];
    private int _nodes;

    private CharacterMapReader(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > MaxBytes)
            throw new FormatException($"{bytes.Length} bytes are more than the {MaxBytes} allowed");
        if (bytes.Length < sizeof(uint))
            throw new FormatException($"{bytes.Length} bytes are too few");
        uint size = BinaryPrimitives.ReadUInt32LittleEndian(bytes);
        var rest = bytes[sizeof(uint)..];
        if (size % sizeof(uint) != 0 || size > rest.Length)
            throw new FormatException($"a tree of {size} bytes does not fit into the {rest.Length} that follow");
        _units = new uint[size / sizeof(uint)];
        for (int i = 0; i < _units.Length; i++)
            _units[i] = BinaryPrimitives.ReadUInt32LittleEndian(rest[(i * sizeof(uint))..]);
        _replacements = rest[(int)size..].ToArray();
    }

    /// <exception cref="FormatException">The bytes are wrong; the message says how.</exception>
    public static CharacterMap Read(ReadOnlySpan<byte> bytes)
    {
        var reader = new CharacterMapReader(bytes);
        if (reader._units.Length > 0)
            reader.ReadKeys();
        return new CharacterMap(new TokenTrie(reader._keys), reader._replacements);
    }

    private void ReadKeys()
    {
        Span<byte> key = stackalloc byte[MaxKeyBytes + 1];
        Span<uint> bases = stackalloc uint[MaxKeyBytes + 1];
        bases[0] = Base(Unit(0));
        int depth = 0;
        // A zero byte is in no key. The last byte of the key is the child to try next.
        key[0] = 1;
        while (depth >= 0)
        {
            byte label = key[depth];
            uint node = bases[depth] ^ label;
            uint unit = Unit(node);
            if (Names(unit, label))
            {
                CountNode();
                uint below = node ^ Base(unit);
                if ((unit >> 8 & 1) != 0)
                    AddKey(key[..(depth + 1)], Unit(below) & int.MaxValue);
                if (depth == MaxKeyBytes)
                    throw new FormatException($"a key is longer than {MaxKeyBytes} bytes");
                bases[++depth] = below;
                key[depth] = 1;
                continue;
            }
            while (depth >= 0 && ++key[depth] == 0)
                depth--;
        }
    }

    private static bool Names(uint unit, byte label) => (unit & (1u << 31 | 0xFF)) == label;

    private static uint Base(uint unit) => unit >> 10 << (int)((unit & 1u << 9) >> 6);

    private uint Unit(uint index) => index < _units.Length
        ? _units[index]
        : throw new FormatException($"the tree leads to unit {index}, but has {_units.Length}");

    private void CountNode()
    {
        if (++_nodes > MaxNodes)
            throw new FormatException($"the tree has more than {MaxNodes} nodes");
    }

    private void AddKey(ReadOnlySpan<byte> key, uint replacement)
    {
        if (replacement >= _replacements.Length)
            throw new FormatException($"a replacement begins at {replacement}, but all take {_replacements.Length} bytes");
        int length = _replacements.AsSpan((int)replacement).IndexOf((byte)0);
        if (length is < 0 or > MaxReplacementBytes)
            throw new FormatException($"the replacement at {replacement} does not end within {MaxReplacementBytes} bytes");
        _keys.Add((key.ToArray(), (int)replacement));
    }
}
