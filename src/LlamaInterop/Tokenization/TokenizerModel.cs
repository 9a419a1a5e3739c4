namespace LlamaInterop.Tokenization;

/// <summary>How a vocabulary cuts text into tokens.</summary>
public enum TokenizerModel
{
    /// <summary>SentencePiece's merging by score: <c>tokenizer.ggml.model</c> is <c>llama</c>.</summary>
    Spm,

    /// <summary>Byte-pair encoding by listed merges: <c>gpt2</c>, <c>gemma4</c>.</summary>
    Bpe,

    /// <summary>BERT's WordPiece: <c>bert</c>.</summary>
    Wpm,

    /// <summary>SentencePiece's unigram model, of T5 and XLM-RoBERTa: <c>t5</c>.</summary>
    Ugm,

    /// <summary>RWKV's longest match: <c>rwkv</c>.</summary>
    Rwkv,

    /// <summary>PLaMo's cheapest path: <c>plamo2</c>.</summary>
    Plamo,

    /// <summary>None at all: <c>none</c>. Tokens are ids without texts, <c>ARCH.vocab_size</c> of them.</summary>
    None,
}
