using LlamaInterop.Compute;

namespace LlamaInterop.Models;

/// <summary>What a layer keeps of each token; layers with the same window share a block table.</summary>
/// <param name="KvHeads">Key and value heads.</param>
/// <param name="KeyLength">Elements of a key head.</param>
/// <param name="ValueLength">Elements of a value head.</param>
/// <param name="Window">Positions kept at least; 0 keeps all.</param>
internal readonly record struct CacheLayer(int KvHeads, int KeyLength, int ValueLength, int Window);

/// <summary>The inputs of a step: what changes from one run of a program to the next.</summary>
/// <param name="Tokens">i32[T] token ids.</param>
/// <param name="Positions">i32[T] positions.</param>
/// <param name="Rows">i32[2, T] position and sequence of each row.</param>
/// <param name="OutputRows">i32[outputs]: rows whose logits are wanted.</param>
/// <param name="Caches">Cache tensors of each layer.</param>
internal sealed record StepInputs(Tensor Tokens, Tensor Positions, Tensor Rows, Tensor OutputRows, IReadOnlyList<CacheTensors> Caches);

/// <summary>A model: its sizes, its weights and its forward pass. One file each in this folder, one row each in <see cref="ModelRegistry"/>.</summary>
internal interface IModel
{
    HyperParameters Parameters { get; }

    /// <summary>Rows of the output head.</summary>
    int VocabularySize { get; }

    /// <summary>What each layer caches.</summary>
    IReadOnlyList<CacheLayer> CacheLayers { get; }

    /// <summary>Writes the forward pass; returns the logits [vocabulary, outputs].</summary>
    Tensor Forward(Graph graph, StepInputs step);
}

/// <summary>What a model is made from.</summary>
/// <param name="Parameters">The hyper-parameters.</param>
/// <param name="Weights">The file's tensors.</param>
/// <param name="ContextSize">Tokens of the longest sequence that will run; decides between longrope's factors.</param>
internal sealed record ModelSource(HyperParameters Parameters, ModelWeights Weights, int ContextSize);
