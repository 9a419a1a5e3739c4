using System.Runtime.InteropServices;
using LlamaInterop.Gguf;

namespace LlamaInterop.Tokenization;

/// <summary>Reads the keys <c>tokenizer.ggml.*</c> of a GGUF file and checks each of them.</summary>
internal sealed class VocabularyReader
{
    private const string Prefix = "tokenizer.ggml.";
    private const string Whitespace = "whitespace";

    // Far above any real token. Finding the ways to merge a token takes time quadratic in its length.
    private const int MaxTokenBytes = 1024;

    private const int MaxTextlessTokens = 1 << 24;

    private readonly GgufMetadata _metadata;
    private readonly VocabularyWarnings _warnings;
    private readonly TokenizerModel _model;
    private readonly string _modelName;
    private readonly string _preTokenizer;
    private readonly GgufStringArray _texts;

    private VocabularyReader(GgufMetadata metadata)
    {
        _metadata = metadata;
        _warnings = new VocabularyWarnings(metadata.Path);
        _modelName = metadata.GetString(Prefix + "model");
        _model = _modelName switch
        {
            "llama" => TokenizerModel.Spm,
            "gpt2" or "gemma4" or Whitespace => TokenizerModel.Bpe,
            "bert" => TokenizerModel.Wpm,
            "t5" => TokenizerModel.Ugm,
            "rwkv" => TokenizerModel.Rwkv,
            "plamo2" => TokenizerModel.Plamo,
            "none" => TokenizerModel.None,
            _ => throw Wrong("model", $"'{_modelName}' is not supported (llama, gpt2, gemma4, whitespace, bert, t5, rwkv, plamo2 and none are)"),
        };
        _preTokenizer = _modelName is "gemma4" or Whitespace ? _modelName : metadata.GetStringOrDefault(Prefix + "pre", "");
        _texts = _model == TokenizerModel.None ? WithoutTexts(metadata) : metadata.GetUtf8Array(Prefix + "tokens");
        if (_texts.Count == 0)
            throw Wrong("tokens", "the vocabulary is empty");
    }

    public static Vocabulary Read(GgufMetadata metadata) => new VocabularyReader(metadata).Read();

    private Vocabulary Read()
    {
        var symbols = ReadSymbols();
        var attributes = ReadAttributes();
        if (_model == TokenizerModel.Plamo)
            CheckBytes(symbols, attributes);
        bool exactTypes = _metadata.GetBoolOrDefault(ExactKeys.ExactTypes, false);
        var roles = new TokenRoles(_texts.Count, FindSpecial, attributes, ReadSpecialTokens());
        var name = _metadata.GetStringOrDefault("general.name", "");
        StripAttributes.Apply(name, _preTokenizer, symbols, attributes);
        return new(new VocabularyParts
        {
            Model = _model,
            PreTokenizer = _preTokenizer,
            Texts = _texts,
            Symbols = symbols,
            Scores = ReadScores(),
            Attributes = attributes,
            EndsGeneration = roles.EndsGeneration,
            Merges = _model == TokenizerModel.Bpe ? ReadMerges() : null,
            CharacterMap = _model == TokenizerModel.Ugm ? ReadCharacterMap() : null,
            Special = roles.Tokens,
            Rules = ReadRules(roles.Tokens),
            Warnings = _warnings.Lines,
        });

        int FindSpecial(byte[] text) =>
            symbols.Find(text) is int id && exactTypes && id >= 0 && attributes[id] == TokenAttributes.Normal ? SpecialTokens.None : symbols.Find(text);
    }

    private static GgufStringArray WithoutTexts(GgufMetadata metadata)
    {
        string key = $"{metadata.GetString("general.architecture")}.vocab_size";
        int count = metadata.GetInt32(key);
        return count is >= 0 and <= MaxTextlessTokens ? new GgufStringArray(Enumerable.Repeat("", count))
            : throw new GgufException(GgufCheck.ValueRange, metadata.Path, $"key '{key}' = {count} must be from 0 to {MaxTextlessTokens}");
    }

    private ByteStringMap ReadSymbols()
    {
        var symbols = new ByteStringMap(_texts.Count);
        for (int id = 0; id < _texts.Count; id++)
        {
            var text = _texts.Utf8(id).Span;
            if (text.Length > MaxTokenBytes)
                throw Wrong("tokens", $"token {id} is {text.Length} bytes long; at most {MaxTokenBytes} are allowed");
            if (text.IsEmpty)
            {
                symbols.AddNameless();
            }
            else if (symbols.Add(text) is int first && first != id)
            {
                _warnings.Add($"{Prefix}tokens: tokens {first} and {id} are both '{_texts[id]}'; text becomes the first");
                symbols.AddNameless();
            }
        }
        return symbols;
    }

    private float[] ReadScores()
    {
        const string Key = Prefix + "scores";
        if (!_metadata.Contains(Key))
            return new float[_texts.Count];
        float[] scores = _metadata.Get(Key).ElementType == GgufValueType.Int32
            ? Array.ConvertAll(_metadata.GetInt32Array(Key), score => (float)score)
            : _metadata.GetFloatArray(Key);
        CheckLength("scores", scores.Length);
        int wrong = Array.FindIndex(scores, float.IsNaN);
        return wrong < 0 ? scores : throw Wrong("scores", $"the score of token {wrong} is not a number");
    }

    private TokenAttributes[] ReadAttributes()
    {
        var attributes = new TokenAttributes[_texts.Count];
        Array.Fill(attributes, TokenAttributes.Normal);
        if (!_metadata.Contains(Prefix + "token_type"))
            return attributes;
        int[] types = _metadata.GetInt32Array(Prefix + "token_type");
        CheckLength("token_type", types.Length);
        for (int id = 0; id < types.Length; id++)
        {
            attributes[id] = types[id] switch
            {
                0 => TokenAttributes.None,
                1 => TokenAttributes.Normal,
                2 => TokenAttributes.Unknown,
                3 => TokenAttributes.Control,
                4 => TokenAttributes.UserDefined,
                5 => TokenAttributes.Unused,
                6 when ByteToken.TryParse(_texts.Utf8(id).Span, out _) => TokenAttributes.Byte,
                6 => throw Wrong("token_type", $"token {id} is a byte, but its text '{_texts[id]}' is not of the form <0xFF>"),
                _ => throw Wrong("token_type", $"token {id} has type {types[id]}, which is none of 0 to 6"),
            };
        }
        return attributes;
    }

    private void CheckBytes(ByteStringMap symbols, TokenAttributes[] attributes)
    {
        for (int value = 0; value < 256; value++)
        {
            int id = symbols.Find(ByteToken.Text((byte)value));
            if (id < 0 || (attributes[id] & TokenAttributes.Byte) == 0)
                throw Wrong("tokens", $"there is no byte token <0x{value:X2}>, which {_modelName} needs");
        }
    }

    private SpecialTokens ReadSpecialTokens()
    {
        var defaults = VocabularyDefaults.Special(_model);
        return new SpecialTokens
        {
            Bos = ReadId("bos", defaults.Bos),
            Eos = ReadId("eos", defaults.Eos),
            Eot = ReadId("eot", SpecialTokens.None),
            Eom = ReadId("eom", SpecialTokens.None),
            Unk = ReadId("unknown", defaults.Unk),
            Sep = ReadId("seperator", defaults.Sep),
            Pad = ReadId("padding", defaults.Pad),
            Mask = ReadId("mask", defaults.Mask),
            FimPrefix = ReadId("fim_pre", ReadId("prefix", SpecialTokens.None)),
            FimSuffix = ReadId("fim_suf", ReadId("suffix", SpecialTokens.None)),
            FimMiddle = ReadId("fim_mid", ReadId("middle", SpecialTokens.None)),
            FimPad = ReadId("fim_pad", SpecialTokens.None),
            FimRepository = ReadId("fim_rep", SpecialTokens.None),
            FimSeparator = ReadId("fim_sep", SpecialTokens.None),
        };
    }

    private int ReadId(string role, int absent)
    {
        string key = $"{Prefix}{role}_token_id";
        if (!_metadata.Contains(key))
            return absent < _texts.Count ? absent : SpecialTokens.None;
        long id = _metadata.GetInt64(key);
        // Writers say "none" with -1, some of them as a uint32.
        if (id is -1 or uint.MaxValue)
            return SpecialTokens.None;
        return id >= 0 && id < _texts.Count
            ? (int)id
            : throw Wrong($"{role}_token_id", $"{id} is no token: ids are 0 to {_texts.Count - 1}");
    }

    private GgufStringArray ReadMerges()
    {
        var merges = _metadata.GetUtf8Array(Prefix + "merges");
        for (int i = 0; i < merges.Count; i++)
        {
            if (!MergeText.TrySplit(merges.Utf8(i).Span, out _, out _))
                throw Wrong("merges", $"merge {i}, '{merges[i]}', is not two texts with a space between");
        }
        return merges;
    }

    private CharacterMap? ReadCharacterMap()
    {
        const string Name = "precompiled_charsmap";
        if (!_metadata.Contains(Prefix + Name))
            return null;
        var value = _metadata.Get(Prefix + Name);
        var bytes = value.ElementType == GgufValueType.Int8 ? MemoryMarshal.AsBytes(value.Elements<sbyte>()) : value.Elements<byte>();
        if (value.ElementType is not (GgufValueType.Int8 or GgufValueType.UInt8))
            throw Wrong(Name, $"is of type {value.TypeName}, not an array of bytes");
        try
        {
            return CharacterMapReader.Read(bytes);
        }
        catch (FormatException e)
        {
            throw Wrong(Name, e.Message);
        }
    }

    private VocabularyRules ReadRules(SpecialTokens special)
    {
        if (_model == TokenizerModel.Bpe && !PreTokenizer.IsKnown(_preTokenizer))
            WarnOfPreTokenizer();
        var rules = VocabularyDefaults.Rules(_model, _preTokenizer);
        // RWKV's models are trained without begin and end tokens; what their files say of them is not meant.
        if (_model == TokenizerModel.Rwkv)
            return rules;
        bool alwaysBos = _model == TokenizerModel.Bpe && PreTokenizer.Named(_preTokenizer).AlwaysAddsBos;
        return rules with
        {
            AddBos = Add("bos", alwaysBos || _metadata.GetBoolOrDefault(Prefix + "add_bos_token", rules.AddBos), special.Bos),
            AddEos = Add("eos", _metadata.GetBoolOrDefault(Prefix + "add_eos_token", rules.AddEos), special.Eos),
            AddSep = Add("sep", _metadata.GetBoolOrDefault(Prefix + "add_sep_token", rules.AddSep), special.Sep),
            AddSpacePrefix = _metadata.GetBoolOrDefault(Prefix + "add_space_prefix", rules.AddSpacePrefix),
            RemoveExtraSpaces = _metadata.GetBoolOrDefault(Prefix + "remove_extra_whitespaces", rules.RemoveExtraSpaces),
            DropSpaces = _modelName == Whitespace,
            Lowercase = _metadata.GetBoolOrDefault(Prefix + "normalizer.lowercase", rules.Lowercase),
            StripAccents = _metadata.GetBoolOrDefault(
                Prefix + "normalizer.strip_accents",
                _metadata.GetBoolOrDefault(Prefix + "normalizer.lowercase", rules.StripAccents)),
            Compose = _metadata.GetBoolOrDefault(ExactKeys.Compose, false),
            SpaceFirst = _metadata.GetBoolOrDefault(ExactKeys.SpaceFirst, false),
            WholeText = _metadata.GetBoolOrDefault(ExactKeys.WholeText, false),
        };
    }

    private void WarnOfPreTokenizer()
    {
        string reason = _preTokenizer.Length == 0 ? "is missing" : $"is '{_preTokenizer}', which is not known";
        _warnings.Add($"{Prefix}pre {reason}: splitting as '{PreTokenizer.DefaultName}', which may not be the model's way");
    }

    private bool Add(string role, bool wanted, int id)
    {
        if (wanted && id == SpecialTokens.None)
            _warnings.Add($"{Prefix}add_{role}_token: a token is to be added, but {Prefix}{role}_token_id names none; none is added");
        return wanted && id != SpecialTokens.None;
    }

    private void CheckLength(string name, int length)
    {
        if (length != _texts.Count)
            throw Wrong(name, $"{length} elements for {_texts.Count} tokens");
    }

    private GgufException Wrong(string name, string reason) =>
        new(GgufCheck.ValueRange, _metadata.Path, $"key '{Prefix}{name}': {reason}");
}
