using LlamaInterop.Compute;

namespace LlamaInterop.Models;

/// <summary>The inputs of a step: what changes from one run of a program to the next.</summary>
/// <param name="Tokens">i32[T] token ids; -1 - r takes row r of <paramref name="Embeddings"/>.</param>
/// <param name="Embeddings">f32[embedding, T] rows that are given instead of tokens.</param>
/// <param name="Positions">i32[T] positions.</param>
/// <param name="Rows">i32[2, T] position and sequence of each row.</param>
/// <param name="OutputRows">i32[outputs]: rows whose results are wanted.</param>
/// <param name="Caches">Cache tensors, in the order in which the model asked for them.</param>
/// <param name="States">Recurrent states, in the order in which the model asked for them.</param>
internal sealed record StepInputs(
    Tensor Tokens, Tensor Embeddings, Tensor Positions, Tensor Rows, Tensor OutputRows, IReadOnlyList<CacheTensors> Caches,
    IReadOnlyList<StateTensors> States);

/// <summary>A model: its sizes, its weights and its forward pass. One file each in this folder, one row each in <see cref="ModelRegistry"/>.</summary>
internal interface IModel
{
    HyperParameters Parameters { get; }

    /// <summary>What it keeps of a sequence.</summary>
    SequenceMemory Memory { get; }

    /// <summary>Rows of the output head; 0 for a model that gives hidden states only.</summary>
    int VocabularySize { get; }

    /// <summary>Rows of the token table.</summary>
    int TokenCount => VocabularySize;

    /// <summary>Whether tokens see later ones, so that a text runs in one step and nothing can be generated after it.</summary>
    bool NeedsWholeText => false;

    /// <summary>Writes the forward pass; returns the final hidden states [embedding, outputs].</summary>
    Tensor Forward(Graph graph, StepInputs step);

    /// <summary>The logits [vocabulary, outputs] of final hidden states; never asked of a model without a vocabulary.</summary>
    Tensor Logits(Graph graph, Tensor hidden);
}

/// <summary>A model with an encoder, which runs once over a text of its own before the decoder's first token.</summary>
internal interface IEncoderDecoder : IModel
{
    /// <summary>The token that the decoder starts from.</summary>
    int StartToken { get; }

    /// <summary>Writes the encoder's pass over all tokens of its text, which fills the caches that cross-attention reads; returns its hidden states [embedding, outputs].</summary>
    Tensor Encode(Graph graph, StepInputs step);
}

/// <summary>What a model is made from.</summary>
/// <param name="Parameters">The hyper-parameters.</param>
/// <param name="Weights">The file's tensors.</param>
/// <param name="ContextSize">Tokens of the longest sequence that will run; decides between longrope's factors.</param>
internal sealed record ModelSource(HyperParameters Parameters, ModelWeights Weights, int ContextSize)
{
    /// <summary>What the model's layers keep of a sequence; each block asks for its own when it is made.</summary>
    public SequenceMemory Memory { get; } = new();
}
