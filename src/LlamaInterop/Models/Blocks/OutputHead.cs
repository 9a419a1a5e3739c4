using LlamaInterop.Compute;

namespace LlamaInterop.Models.Blocks;

/// <summary>Embedding table, final norm and output head; the head is the embedding table where the file has none of its own.</summary>
internal sealed class OutputHead
{
    private readonly Tensor embedding, norm, output;
    private readonly Tensor? bias;
    private readonly float epsilon;

    public OutputHead(ModelSource source)
    {
        ModelWeights w = source.Weights;
        long n = source.Parameters.EmbeddingLength;
        long vocabulary = w.OutputsOf("token_embd.weight");
        VocabularySize = vocabulary is > 0 and <= int.MaxValue / 4 ? (int)vocabulary
            : throw new ModelException($"{w.Path}: token_embd.weight has {vocabulary} rows");
        embedding = w.Matrix("token_embd.weight", n, vocabulary);
        norm = w.Vector("output_norm.weight", n);
        output = w.MatrixOrNull("output.weight", n, vocabulary) ?? embedding;
        bias = w.VectorOrNull("output.bias", vocabulary);
        epsilon = source.Parameters.NormEpsilon;
    }

    public int VocabularySize { get; }

    /// <summary>The input rows [embedding, T].</summary>
    public Tensor Embed(Graph g, StepInputs step) => g.GetRows("token_embd", embedding, step.Tokens);

    /// <summary>Logits [vocabulary, outputs] of the rows that the step wants.</summary>
    public Tensor Logits(Graph g, Tensor x, StepInputs step)
    {
        Tensor last = g.LastRows("output_rows", x, step.OutputRows);
        Tensor h = Norm.Rms(g, "output_norm", last, norm, epsilon);
        Tensor logits = g.MatMul("output", output, h, refined: true);
        return bias is null ? logits : g.Add("output_bias", logits, bias);
    }
}
