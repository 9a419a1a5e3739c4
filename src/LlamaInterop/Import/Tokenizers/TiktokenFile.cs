using System.Buffers;
using System.Buffers.Text;
using System.Globalization;

namespace LlamaInterop.Import.Tokenizers;

/// <summary>Reads tiktoken's files, a line for each token: its bytes as base64, a space, its rank. Llama 3's <c>tokenizer.model</c> is one.</summary>
internal static class TiktokenFile
{
    private const int MaxTokenBytes = 1024;

    /// <summary>Whether a file begins as one.</summary>
    public static bool IsOne(ReadOnlySpan<byte> file)
    {
        int end = file[..Math.Min(file.Length, 2 * MaxTokenBytes)].IndexOf((byte)'\n');
        var line = end < 0 ? file : file[..end];
        int space = line.IndexOf((byte)' ');
        return space > 0 && Base64.IsValid(line[..space]) && Utf8Parser.TryParse(line[(space + 1)..], out int _, out int _);
    }

    /// <exception cref="ImportException">A line is malformed, or a rank is missing.</exception>
    public static VocabularyDraft Read(string path, ReadOnlySpan<byte> file, SideFiles side, ICollection<string> warnings)
    {
        var tokens = ReadRanks(path, file);
        var draft = new VocabularyDraft(path, "gpt2") { Merges = RankMerges.Find(path, tokens) };
        foreach (byte[] token in tokens)
            draft.Add(RankMerges.Write(token), TokenType.Normal);
        TiktokenFamilies.Apply(draft, warnings);
        if (side.TokenizerConfig is { } config)
            AddedTokens.ReadDecoder(config, draft);
        return draft;
    }

    private static byte[][] ReadRanks(string path, ReadOnlySpan<byte> file)
    {
        var tokens = new List<byte[]>();
        foreach (var range in file.Split((byte)'\n'))
        {
            var line = file[range].TrimEnd((byte)'\r');
            if (line.IsEmpty)
                continue;
            int space = line.IndexOf((byte)' ');
            if (space <= 0 || !int.TryParse(line[(space + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out int rank))
                throw new ImportException(ImportCheck.Content, path, $"line {tokens.Count + 1} is not base64, a space and a number");
            if (rank != tokens.Count || rank >= VocabularyDraft.MaxTokens)
                throw new ImportException(ImportCheck.Token, path, $"line {tokens.Count + 1} has the rank {rank}, not {tokens.Count}");
            tokens.Add(Decode(path, line[..space], rank));
        }
        return [.. tokens];
    }

    private static byte[] Decode(string path, ReadOnlySpan<byte> base64, int rank)
    {
        var bytes = new byte[Base64.GetMaxDecodedFromUtf8Length(base64.Length)];
        bool decoded = Base64.DecodeFromUtf8(base64, bytes, out _, out int length) == OperationStatus.Done;
        return decoded && length is > 0 and <= MaxTokenBytes
            ? bytes[..length]
            : throw new ImportException(ImportCheck.Token, path, $"token {rank} is not base64 of 1 to {MaxTokenBytes} bytes");
    }
}
