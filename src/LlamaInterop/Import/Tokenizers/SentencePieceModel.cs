using System.Text;

namespace LlamaInterop.Import.Tokenizers;

/// <summary>Reads SentencePiece's <c>tokenizer.model</c>: byte-pair encoding by scores, and unigram.</summary>
/// <remarks>The message is <c>ModelProto</c> of sentencepiece_model.proto (Kudo and Richardson, 2018); absent fields have its defaults.</remarks>
internal sealed class SentencePieceModel
{
    private const int Unigram = 1;
    private const int BytePairs = 2;

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly string _path;
    private readonly List<DraftToken> _pieces = [];
    private int _modelType = Unigram;
    private bool _spacesBehind;
    private bool _addsSpace = true;
    private bool _removesSpaces = true;
    private bool _marksSpaces = true;
    private byte[] _characterMap = [];
    private (string Role, int Id)[] _roles = [("unk", 0), ("bos", 1), ("eos", 2), ("pad", -1)];

    private SentencePieceModel(string path, ReadOnlySpan<byte> message)
    {
        _path = path;
        var fields = new ProtobufReader(path, message);
        while (fields.MoveNext())
        {
            if (fields.Field == 1)
                ReadPiece(fields.Bytes);
            else if (fields.Field == 2)
                ReadTrainer(fields.Bytes);
            else if (fields.Field == 3)
                ReadNormalizer(fields.Bytes);
        }
    }

    /// <exception cref="ImportException">The file is malformed, or its model has no counterpart in GGUF.</exception>
    public static VocabularyDraft Read(string path, byte[] message, ICollection<string> warnings) =>
        new SentencePieceModel(path, message).ToDraft(warnings);

    private VocabularyDraft ToDraft(ICollection<string> warnings)
    {
        if (_pieces.Count == 0)
            throw Refuse(ImportCheck.Token, "has no pieces");
        if (_spacesBehind || !_marksSpaces)
            throw Refuse(ImportCheck.TokenizerKind, "treats white space as a suffix, or does not write it as U+2581, which GGUF cannot say");
        var draft = new VocabularyDraft(_path, _modelType switch
        {
            Unigram => "t5",
            BytePairs => "llama",
            _ => throw Refuse(ImportCheck.TokenizerKind, $"is of model type {_modelType} (3 is word, 4 is char); unigram and BPE are imported"),
        })
        { HasScores = true };
        foreach (var piece in _pieces)
            draft.Add(piece.Text!, piece.Type, piece.Score);
        AddRoles(draft);
        AddRules(draft, warnings);
        return draft;
    }

    private void AddRoles(VocabularyDraft draft)
    {
        foreach (var (role, id) in _roles)
        {
            if (id >= 0 && id < draft.Count && draft[id].Type is TokenType.Control or TokenType.Unknown)
                draft.Roles[role] = id;
        }
    }

    private void AddRules(VocabularyDraft draft, ICollection<string> warnings)
    {
        draft.Switches["add_space_prefix"] = _addsSpace;
        if (_modelType == Unigram)
        {
            draft.Switches["remove_extra_whitespaces"] = _removesSpaces;
            draft.CharacterMap = _characterMap;
            if (_pieces.Exists(piece => piece.Type == TokenType.Byte))
                warnings.Add("byte_fallback: GGUF's unigram model has none; what no token writes becomes the unknown token");
        }
        else if (_characterMap.Length > 0)
        {
            warnings.Add("precompiled_charsmap: GGUF's BPE by scores has none; text that it changes may give other tokens");
        }
    }

    private void ReadPiece(ReadOnlySpan<byte> message)
    {
        if (_pieces.Count == VocabularyDraft.MaxTokens)
            throw Refuse(ImportCheck.Limit, $"has more than {VocabularyDraft.MaxTokens} pieces");
        string? text = null;
        float score = 0;
        long type = (long)TokenType.Normal;
        var fields = new ProtobufReader(_path, message);
        while (fields.MoveNext())
        {
            if (fields.Field == 1)
                text = TextOf(fields.Bytes);
            else if (fields.Field == 2)
                score = fields.Float ?? score;
            else if (fields.Field == 3)
                type = fields.Integer ?? type;
        }
        if (string.IsNullOrEmpty(text))
            throw Refuse(ImportCheck.Token, $"piece {_pieces.Count} has no text");
        if (!float.IsFinite(score))
            throw Refuse(ImportCheck.Number, $"the score of piece {_pieces.Count} is {score}");
        if (!Enum.IsDefined((TokenType)type))
            throw Refuse(ImportCheck.Token, $"piece {_pieces.Count} is of type {type}, which is none of 1 to 6");
        if (type == (long)TokenType.Byte && !ByteTokenText.IsByte(text))
            throw Refuse(ImportCheck.Token, $"piece {_pieces.Count} is a byte, but its text '{text}' is not of the form <0xFF>");
        _pieces.Add(new(text, (TokenType)type, score));
    }

    private void ReadTrainer(ReadOnlySpan<byte> message)
    {
        var fields = new ProtobufReader(_path, message);
        while (fields.MoveNext())
        {
            int number = (int)Math.Clamp(fields.Integer ?? 0, int.MinValue, int.MaxValue);
            if (fields.Field == 3)
                _modelType = number;
            else if (fields.Field == 24)
                _spacesBehind = number != 0;
            else if (fields.Field is >= 40 and <= 43)
                _roles[fields.Field - 40].Id = number;
        }
    }

    private void ReadNormalizer(ReadOnlySpan<byte> message)
    {
        var fields = new ProtobufReader(_path, message);
        while (fields.MoveNext())
        {
            bool truth = fields.Integer is not 0;
            if (fields.Field == 2)
                _characterMap = fields.Bytes.ToArray();
            else if (fields.Field == 3)
                _addsSpace = truth;
            else if (fields.Field == 4)
                _removesSpaces = truth;
            else if (fields.Field == 5)
                _marksSpaces = truth;
        }
    }

    private string TextOf(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return StrictUtf8.GetString(bytes);
        }
        catch (DecoderFallbackException error)
        {
            throw new ImportException(ImportCheck.TextEncoding, _path, $"piece {_pieces.Count} is not UTF-8", error);
        }
    }

    private ImportException Refuse(ImportCheck check, string reason) => new(check, _path, reason);
}
