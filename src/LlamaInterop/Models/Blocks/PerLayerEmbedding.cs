using LlamaInterop.Compute;

namespace LlamaInterop.Models.Blocks;

/// <summary>
/// Embeddings of each layer's own (Gemma Team 2025): a token has a short row for every layer, to which a projection of its embedding is
/// added. A layer gates its row by its result and adds a projection of that.
/// </summary>
internal sealed class PerLayerEmbedding
{
    private readonly int _width;
    private readonly float _rowScale, _projectionScale;
    private readonly Tensor _table;
    private readonly Linear _projection;
    private readonly Norm _norm;

    private PerLayerEmbedding(ModelSource source, int width, int vocabulary)
    {
        HyperParameters p = source.Parameters;
        long all = (long)width * p.Layers;
        _width = width;
        _rowScale = MathF.Sqrt(width);
        _projectionScale = 1 / MathF.Sqrt(p.EmbeddingLength);
        _table = source.Weights.Matrix("per_layer_token_embd.weight", all, vocabulary);
        _projection = Linear.Load(source, "per_layer_model_proj", p.EmbeddingLength, all);
        _norm = Norm.Load(source, "per_layer_proj_norm", width);
    }

    /// <summary>Null where <c>embedding_length_per_layer_input</c> is 0.</summary>
    public static PerLayerEmbedding? LoadOrNull(ModelSource source)
    {
        int width = source.Parameters.Keys.Size("embedding_length_per_layer_input", 0, 0);
        return width == 0 ? null : new PerLayerEmbedding(source, width, source.Weights.VocabularySize("token_embd.weight"));
    }

    /// <summary>The layer, with its row's part added.</summary>
    public ILayer Around(ModelSource source, int index, ILayer layer) => new Layer(this, source, index, layer);

    /// <summary>Rows [width · layers, T] from the token ids and the first layer's input x [embedding, T].</summary>
    private Tensor Rows(Graph g, Tensor x, StepInputs step)
    {
        Tensor rows = g.Scale("per_layer_scaled", g.GetRows("per_layer_token_embd", _table, step.Tokens), _rowScale);
        Tensor projected = g.Scale("per_layer_proj_scaled", _projection.Forward(g, x, refined: CoarseForms.Both), _projectionScale);
        return g.Scale("per_layer_input", g.Add("per_layer_sum", _norm.Forward(g, projected), rows), 1 / MathF.Sqrt(2));
    }

    private sealed class Layer(PerLayerEmbedding embedding, ModelSource source, int index, ILayer layer) : ILayer
    {
        private readonly string _scope = $"blk.{index}.";
        private readonly Linear _gate = Linear.Load(source, $"blk.{index}.inp_gate", source.Parameters.EmbeddingLength, embedding._width);
        private readonly Linear _projection = Linear.Load(source, $"blk.{index}.proj", embedding._width, source.Parameters.EmbeddingLength);
        private readonly Norm _norm = Norm.Load(source, $"blk.{index}.post_norm", source.Parameters.EmbeddingLength);

        /// <summary>The first layer's x is what all layers' rows come from.</summary>
        public Tensor Forward(Graph g, Tensor x, StepInputs step)
        {
            Tensor row = g.Once(embedding, () => embedding.Rows(g, x, step)).Columns((long)index * embedding._width, embedding._width);
            Tensor y = layer.Forward(g, x, step);
            Tensor gated = g.Glu(_scope + "inp_gated", _gate.Forward(g, y), row, GluKind.GELU_TANH);
            return g.Add(_scope + "per_layer_residual", y, _norm.Forward(g, _projection.Forward(g, gated, refined: CoarseForms.Both)));
        }
    }
}
