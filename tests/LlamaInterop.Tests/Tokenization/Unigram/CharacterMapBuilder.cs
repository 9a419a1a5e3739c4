using System.Buffers.Binary;
using System.Text;

namespace LlamaInterop.Tests.Tokenization.Unigram;

/// <summary>Compiles normalization rules as SentencePiece does: a double array, and replacements that end with zero bytes.</summary>
internal sealed class CharacterMapBuilder
{
    private const int BlockSize = 256;

    private readonly List<uint> _units = [];
    private readonly List<bool> _used = [];
    private readonly HashSet<int> _bases = [];
    private readonly List<byte> _replacements = [];
    private readonly bool _wide;

    /// <param name="wide">Bases lie in another block than their node, at a distance that is written shifted by 8.</param>
    private CharacterMapBuilder(bool wide) => _wide = wide;

    public static byte[] Build(Dictionary<string, string> rules, bool wide = false)
    {
        var builder = new CharacterMapBuilder(wide);
        builder.Grow();
        builder._used[0] = true;
        builder.AddChildren(0, [.. rules.Select(rule => (Encoding.UTF8.GetBytes(rule.Key), rule.Value))], 0);
        return builder.ToArray();
    }

    /// <summary>A map of these units and replacements.</summary>
    public static byte[] Join(uint[] units, byte[] replacements)
    {
        var bytes = new byte[sizeof(uint) * (units.Length + 1) + replacements.Length];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, sizeof(uint) * units.Length);
        for (int i = 0; i < units.Length; i++)
            BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(sizeof(uint) * (i + 1)), units[i]);
        replacements.CopyTo(bytes, bytes.Length - replacements.Length);
        return bytes;
    }

    private byte[] ToArray() => Join([.. _units], [.. _replacements]);

    private void AddChildren(int node, List<(byte[] Key, string Value)> rules, int depth)
    {
        var end = rules.Find(rule => rule.Key.Length == depth);
        var children = rules.Where(rule => rule.Key.Length > depth).GroupBy(rule => rule.Key[depth]).ToList();
        byte[] labels = [.. children.Select(child => child.Key)];
        int place = FindBase(node, end.Key is null ? labels : [0, .. labels]);
        uint distance = (uint)(node ^ place);
        _units[node] |= (distance >= 1 << 21 || _wide ? distance >> 8 << 10 | 1 << 9 : distance << 10) | (end.Key is null ? 0 : 1u << 8);
        if (end.Key is not null)
        {
            _units[place] = 1u << 31 | (uint)_replacements.Count;
            _replacements.AddRange([.. Encoding.UTF8.GetBytes(end.Value), 0]);
        }
        foreach (var child in children)
            _units[place ^ child.Key] |= child.Key;
        foreach (var child in children)
            AddChildren(place ^ child.Key, [.. child], depth + 1);
    }

    private int FindBase(int node, byte[] labels)
    {
        for (int place = _wide ? node & 0xFF | BlockSize : 1; ; place += _wide ? BlockSize : 1)
        {
            while (place >= _units.Count)
                Grow();
            // Nodes with the same base would take each other's children for theirs.
            if (Array.Exists(labels, label => _used[place ^ label]) || !_bases.Add(place))
                continue;
            foreach (byte label in labels)
                _used[place ^ label] = true;
            return place;
        }
    }

    private void Grow()
    {
        _units.AddRange(new uint[BlockSize]);
        _used.AddRange(new bool[BlockSize]);
    }
}
