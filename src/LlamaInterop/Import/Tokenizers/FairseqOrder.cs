namespace LlamaInterop.Import.Tokenizers;

/// <summary>
/// The ids of XLM-RoBERTa, which come from fairseq's dictionary: begin, padding, end, unknown, SentencePiece's pieces from its third on, mask.
/// </summary>
internal static class FairseqOrder
{
    private const int SentencePieceHead = 3;

    public static VocabularyDraft Apply(VocabularyDraft pieces)
    {
        var draft = new VocabularyDraft(pieces.Path, pieces.Model) { HasScores = true, CharacterMap = pieces.CharacterMap };
        draft.Add("<s>", TokenType.Control);
        draft.Add("<pad>", TokenType.Control);
        draft.Add("</s>", TokenType.Control);
        draft.Add("<unk>", TokenType.Unknown);
        for (int id = SentencePieceHead; id < pieces.Count; id++)
            draft.Add(pieces[id].Text!, pieces[id].Type, pieces[id].Score);
        draft.Add("<mask>", TokenType.Control);
        (draft.Roles["bos"], draft.Roles["pad"], draft.Roles["eos"], draft.Roles["unk"]) = (0, 1, 2, 3);
        foreach (var (name, value) in pieces.Switches)
            draft.Switches[name] = value;
        draft.Switches["add_bos_token"] = draft.Switches["add_eos_token"] = true;
        return draft;
    }
}
