using LlamaInterop.Compute;

namespace LlamaInterop.Models.Blocks;

/// <summary>Embedding table, final norm and output head; the head is the embedding table where the file has none of its own.</summary>
internal sealed class OutputHead
{
    private readonly Tensor _embedding, _norm, _output;
    private readonly Tensor? _bias;
    private readonly float _epsilon;

    public OutputHead(ModelSource source)
    {
        ModelWeights w = source.Weights;
        long n = source.Parameters.EmbeddingLength;
        long vocabulary = w.OutputsOf("token_embd.weight");
        VocabularySize = vocabulary is > 0 and <= int.MaxValue / 4 ? (int)vocabulary
            : throw new ModelException($"{w.Path}: token_embd.weight has {vocabulary} rows");
        _embedding = w.Matrix("token_embd.weight", n, vocabulary);
        _norm = w.Vector("output_norm.weight", n);
        _output = w.MatrixOrNull("output.weight", n, vocabulary) ?? _embedding;
        _bias = w.VectorOrNull("output.bias", vocabulary);
        _epsilon = source.Parameters.NormEpsilon;
    }

    public int VocabularySize { get; }

    /// <summary>The input rows [embedding, T].</summary>
    public Tensor Embed(Graph g, StepInputs step) => g.GetRows("token_embd", _embedding, step.Tokens);

    /// <summary>Logits [vocabulary, outputs] of the rows that the step wants.</summary>
    public Tensor Logits(Graph g, Tensor x, StepInputs step)
    {
        Tensor last = g.LastRows("output_rows", x, step.OutputRows);
        Tensor h = Norm.Rms(g, "output_norm", last, _norm, _epsilon);
        Tensor logits = g.MatMul("output", _output, h, refined: true);
        return _bias is null ? logits : g.Add("output_bias", logits, _bias);
    }
}
