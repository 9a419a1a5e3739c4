using System.Text;

namespace LlamaInterop.Tokenization;

/// <summary>Finds the tokens that have a role by their texts, where the metadata does not name them, and those that end generation.</summary>
internal sealed class TokenRoles
{
    private readonly Func<byte[], int> _find;
    private readonly TokenAttributes[] _attributes;

    /// <param name="count">The number of tokens.</param>
    /// <param name="find">Gives the id of a text, or -1.</param>
    /// <param name="attributes">Of all tokens; those that turn out to steer the model are marked as control tokens.</param>
    /// <param name="named">The ids that the metadata names.</param>
    public TokenRoles(int count, Func<byte[], int> find, TokenAttributes[] attributes, SpecialTokens named)
    {
        _find = find;
        _attributes = attributes;
        EndsGeneration = new bool[count];
        Tokens = named with
        {
            Eot = Detect(named.Eot, SpecialTokenTexts.EndOfTurn),
            Eom = Detect(named.Eom, SpecialTokenTexts.EndOfMessage),
            FimPrefix = Detect(named.FimPrefix, SpecialTokenTexts.FimPrefix),
            FimSuffix = Detect(named.FimSuffix, SpecialTokenTexts.FimSuffix),
            FimMiddle = Detect(named.FimMiddle, SpecialTokenTexts.FimMiddle),
            FimPad = Detect(named.FimPad, SpecialTokenTexts.FimPad),
            FimRepository = Detect(named.FimRepository, SpecialTokenTexts.FimRepository),
            FimSeparator = Detect(named.FimSeparator, SpecialTokenTexts.FimSeparator),
        };
        MarkEndOfGeneration();
        KeepChannelMarks();
        RevokeFalseEnds();
    }

    public SpecialTokens Tokens { get; }

    public bool[] EndsGeneration { get; }

    private int Find(string text) => _find(Encoding.UTF8.GetBytes(text));

    private int Detect(int named, string[] texts)
    {
        if (named != SpecialTokens.None)
            return named;
        foreach (string text in texts)
        {
            int id = Find(text);
            if (id < 0)
                continue;
            _attributes[id] |= TokenAttributes.Control;
            return id;
        }
        return SpecialTokens.None;
    }

    private void MarkEndOfGeneration()
    {
        foreach (string text in SpecialTokenTexts.EndOfGeneration)
        {
            int id = Find(text);
            if (id < 0)
                continue;
            EndsGeneration[id] = true;
            _attributes[id] |= TokenAttributes.Control;
        }
        foreach (int id in (int[])[Tokens.Eos, Tokens.Eot, Tokens.Eom, Tokens.FimPad, Tokens.FimRepository, Tokens.FimSeparator])
        {
            if (id >= 0)
                EndsGeneration[id] = true;
        }
    }

    private void KeepChannelMarks()
    {
        foreach (string text in SpecialTokenTexts.Channel)
        {
            if (Find(text) is >= 0 and int id)
                _attributes[id] = TokenAttributes.UserDefined;
        }
    }

    // Where <|call|> ends an answer, <|end|> only ends one of its messages; where <|tool_response> does, </s> is plain text.
    private void RevokeFalseEnds()
    {
        bool callEnds = Ends("<|call|>") || Ends("<|calls|>");
        if (callEnds && (Ends("<|return|>") || Ends("<|flush|>")))
            Revoke("<|end|>", TokenAttributes.UserDefined);
        if (Ends("<|tool_response>"))
            Revoke("</s>", TokenAttributes.Normal);
    }

    private bool Ends(string text) => Find(text) is >= 0 and int id && EndsGeneration[id];

    private void Revoke(string text, TokenAttributes attributes)
    {
        if (!Ends(text))
            return;
        int id = Find(text);
        EndsGeneration[id] = false;
        _attributes[id] = attributes;
    }
}
