using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using LlamaInterop.Models;

namespace LlamaInterop.Inference;

/// <summary>Reads a sequence in the form of <see cref="SequenceFile"/>. Nothing in the stream is believed before it is checked.</summary>
internal sealed class SequenceReader : IDisposable
{
    private readonly Stream _stream;
    private readonly string _name;
    private readonly ModelRunner _runner;
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    private SequenceReader(Stream stream, string name, ModelRunner runner)
    {
        _stream = stream;
        _name = name;
        _runner = runner;
    }

    /// <param name="stream">Read to its end.</param>
    /// <param name="name">What errors call it.</param>
    /// <param name="runner">Where the sequence is to go on.</param>
    /// <exception cref="ModelException">The stream is damaged, another model's, or has more tokens than the context.</exception>
    public static (Sequence Sequence, int[] Tokens) Read(Stream stream, string name, ModelRunner runner)
    {
        using var reader = new SequenceReader(stream, name, runner);
        reader.CheckMagic();
        reader.CheckFingerprint();
        int[] tokens = reader.ReadTokens();
        TableRange[] ranges = reader.ReadRanges(tokens.Length);
        bool hasState = reader.ReadHasState(tokens.Length);
        Sequence sequence = Sequence.WithRoom(runner.Cache, tokens.Length, ranges, hasState);
        try
        {
            SequenceContent.CopyFrom(runner.Cache, sequence, ranges, reader.Fill);
            reader.CheckEnd();
            return (sequence, tokens);
        }
        catch
        {
            sequence.Dispose();
            throw;
        }
    }

    public void Dispose() => _hash.Dispose();

    private void CheckMagic()
    {
        Span<byte> magic = stackalloc byte[SequenceFile.Magic.Length];
        Fill(magic);
        if (!magic.SequenceEqual(SequenceFile.Magic))
            throw Refused("is no state file");
        int version = ReadInt();
        if (version != SequenceFile.Version)
            throw Refused($"is a state file of version {version}; {SequenceFile.Version} is known");
    }

    private void CheckFingerprint()
    {
        int count = ReadInt();
        for (int i = 0; i < _runner.Fingerprint.Count; i++)
        {
            (string name, string value) = _runner.Fingerprint[i];
            string savedName = i < count ? ReadText() : "nothing";
            string savedValue = i < count ? ReadText() : "";
            if (savedName != name)
                throw Refused($"was saved by another model: it has {savedName} {savedValue} where this one has {name} {value}");
            if (savedValue != value)
                throw Refused($"was saved by another model: {name} is {savedValue}, not {value}");
        }
        if (count != _runner.Fingerprint.Count)
            throw Refused($"was saved by another model: it has {count} characteristics, not {_runner.Fingerprint.Count}");
    }

    private int[] ReadTokens()
    {
        int count = ReadInt(), room = _runner.Options.ContextSize;
        if (count < 0)
            throw Refused($"says that it has {count} tokens");
        if (count > room)
            throw Refused($"has {count} tokens, but the context has room for {room} (-c)");
        var tokens = new int[count];
        foreach (ref int token in tokens.AsSpan())
        {
            token = ReadInt();
            if (token < -1 || token >= _runner.Model.VocabularySize)
                throw Refused($"has the token {token}, but the vocabulary has {_runner.Model.VocabularySize}");
        }
        return tokens;
    }

    private TableRange[] ReadRanges(int length)
    {
        IReadOnlyList<CacheGroup> groups = _runner.Cache.Groups;
        int count = ReadInt();
        if (count != groups.Count)
            throw Refused($"has {count} block tables, not {groups.Count}");
        var ranges = new TableRange[count];
        for (int i = 0; i < count; i++)
        {
            ranges[i] = new TableRange(ReadInt(), ReadInt());
            if (!groups[i].CanHold(ranges[i], length))
                throw Refused($"has positions {ranges[i].From} to {ranges[i].To} in block table {i}, which {length} tokens cannot leave there");
        }
        return ranges;
    }

    private bool ReadHasState(int length)
    {
        int word = ReadInt();
        bool expected = length > 0 && !_runner.Cache.States.IsEmpty;
        return word == (expected ? 1 : 0) ? expected
            : throw Refused($"says {word} where {(expected ? "1" : "0")} would say that it has {(expected ? "" : "no ")}recurrent states");
    }

    private void CheckEnd()
    {
        byte[] expected = _hash.GetHashAndReset();
        Span<byte> stored = stackalloc byte[SHA256.HashSizeInBytes];
        Fill(stored);
        if (!stored.SequenceEqual(expected))
            throw Refused("is damaged: its checksum is another one");
        if (_stream.ReadByte() >= 0)
            throw Refused("goes on after its end");
    }

    private int ReadInt()
    {
        Span<byte> word = stackalloc byte[sizeof(int)];
        Fill(word);
        return BinaryPrimitives.ReadInt32LittleEndian(word);
    }

    /// <summary>A text, which an error may show: without line ends and terminal sequences.</summary>
    private string ReadText()
    {
        Span<byte> length = stackalloc byte[sizeof(ushort)];
        Fill(length);
        int count = BinaryPrimitives.ReadUInt16LittleEndian(length);
        if (count > SequenceFile.MaxTextBytes)
            throw Refused($"has a text of {count} bytes, more than {SequenceFile.MaxTextBytes}");
        Span<byte> bytes = stackalloc byte[count];
        Fill(bytes);
        return string.Concat(Encoding.UTF8.GetString(bytes).Select(c => char.IsControl(c) ? '\uFFFD' : c));
    }

    private void Fill(Span<byte> destination)
    {
        int read = _stream.ReadAtLeast(destination, destination.Length, throwOnEndOfStream: false);
        if (read < destination.Length)
            throw Refused("ends too early: it is truncated, or still being written");
        _hash.AppendData(destination);
    }

    private ModelException Refused(string reason) => new($"{_name}: {reason}");
}
