namespace LlamaInterop.Tokenization;

/// <summary>In place of a tokenizer that the file lacks: the model runs on token ids, which stand for no text.</summary>
internal sealed class NoTokenizer(Vocabulary vocabulary) : Tokenizer(vocabulary)
{
    private protected override void EncodeText(ReadOnlySpan<byte> text, bool afterSpecial, List<int> ids) =>
        throw new InvalidDataException("the model has no tokenizer (tokenizer.ggml.model is 'none'), and takes token ids only");
}
