using LlamaInterop.Gguf;

namespace LlamaInterop.Tokenization;

/// <summary>Reads the keys <c>tokenizer.ggml.*</c> of a GGUF file and checks each of them.</summary>
internal sealed class VocabularyReader
{
    private const string Prefix = "tokenizer.ggml.";

    // Far above any real token. Finding the ways to merge a token takes time quadratic in its length.
    private const int MaxTokenBytes = 1024;

    private readonly GgufMetadata _metadata;
    private readonly List<string> _warnings = [];
    private readonly TokenizerModel _model;
    private readonly string _modelName;
    private readonly string _preTokenizer;
    private readonly GgufStringArray _texts;

    private VocabularyReader(GgufMetadata metadata)
    {
        _metadata = metadata;
        _modelName = metadata.GetString(Prefix + "model");
        _model = _modelName switch
        {
            "llama" => TokenizerModel.Spm,
            "gpt2" or "gemma4" => TokenizerModel.Bpe,
            "bert" => TokenizerModel.Wpm,
            _ => throw Wrong("model", $"'{_modelName}' is not supported (llama, gpt2, gemma4 and bert are)"),
        };
        _preTokenizer = _modelName == "gemma4" ? "gemma4" : metadata.GetStringOrDefault(Prefix + "pre", "");
        _texts = metadata.GetUtf8Array(Prefix + "tokens");
        if (_texts.Count == 0)
            throw Wrong("tokens", "the vocabulary is empty");
    }

    public static Vocabulary Read(GgufMetadata metadata) => new VocabularyReader(metadata).Read();

    private Vocabulary Read()
    {
        var symbols = ReadSymbols();
        var attributes = ReadAttributes();
        var roles = new TokenRoles(_texts.Count, text => symbols.Find(text), attributes, ReadSpecialTokens());
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
            Special = roles.Tokens,
            Rules = ReadRules(roles.Tokens),
            Warnings = _warnings,
        });
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

    private SpecialTokens ReadSpecialTokens()
    {
        var defaults = _model switch
        {
            TokenizerModel.Spm => new SpecialTokens { Bos = 1, Eos = 2, Unk = 0 },
            TokenizerModel.Wpm => new SpecialTokens { Bos = 101, Unk = 100, Sep = 102, Pad = 0, Mask = 103 },
            _ => new SpecialTokens(),
        };
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

    private VocabularyRules ReadRules(SpecialTokens special)
    {
        var rules = DefaultRules();
        return rules with
        {
            AddBos = Add("bos", _preTokenizer == "gemma4" || _metadata.GetBoolOrDefault(Prefix + "add_bos_token", rules.AddBos), special.Bos),
            AddEos = Add("eos", _metadata.GetBoolOrDefault(Prefix + "add_eos_token", rules.AddEos), special.Eos),
            AddSep = Add("sep", _metadata.GetBoolOrDefault(Prefix + "add_sep_token", rules.AddSep), special.Sep),
            AddSpacePrefix = _metadata.GetBoolOrDefault(Prefix + "add_space_prefix", rules.AddSpacePrefix),
            Lowercase = _metadata.GetBoolOrDefault(Prefix + "normalizer.lowercase", rules.Lowercase),
            StripAccents = _metadata.GetBoolOrDefault(
                Prefix + "normalizer.strip_accents",
                _metadata.GetBoolOrDefault(Prefix + "normalizer.lowercase", rules.StripAccents)),
        };
    }

    private bool Add(string role, bool wanted, int id)
    {
        if (wanted && id == SpecialTokens.None)
            _warnings.Add($"{Prefix}add_{role}_token: a token is to be added, but {Prefix}{role}_token_id names none; none is added");
        return wanted && id != SpecialTokens.None;
    }

    private VocabularyRules DefaultRules()
    {
        switch (_model)
        {
            case TokenizerModel.Spm:
                return new() { AddBos = true, AddSpacePrefix = true, EscapeSpaces = true };
            case TokenizerModel.Wpm:
                return new() { AddBos = true, AddSep = true, EscapeSpaces = true, CleanSpaces = true, Lowercase = true, StripAccents = true };
            default:
                if (!PreTokenizer.IsKnown(_preTokenizer))
                {
                    _warnings.Add(_preTokenizer.Length == 0
                        ? $"{Prefix}pre is missing; the default pre-tokenizer is used, which may not be the model's"
                        : $"{Prefix}pre: the pre-tokenizer '{_preTokenizer}' is unknown; the default one is used, which may not be the model's");
                }
                return PreTokenizer.Named(_preTokenizer).Rules;
        }
    }

    private void CheckLength(string name, int length)
    {
        if (length != _texts.Count)
            throw Wrong(name, $"{length} elements for {_texts.Count} tokens");
    }

    private GgufException Wrong(string name, string reason) =>
        new(GgufCheck.ValueRange, _metadata.Path, $"key '{Prefix}{name}': {reason}");
}
