using System.Numerics;
using LlamaInterop.Compute;
using LlamaInterop.Models;

namespace LlamaInterop.Inference;

/// <summary>One batch class: a token capacity with its scheduled graph.</summary>
internal sealed record BatchClass(int Tokens, int Outputs, Graph Graph, Tensor Logits, int Phases, long ScratchBytes);

/// <summary>The batch classes 1, 2, 4, ... up to the step size. Live counts lie below a class's capacity, so these are all programs there are.</summary>
internal sealed class BatchClasses
{
    private readonly BatchClass[] _classes;

    public BatchClasses(IModel model, StepLayout layout, int batchSize, int maxOutputs, Func<ElementType, ElementType> activationOf, Func<Op, bool> supports, int scratchBuffer)
    {
        _classes = new BatchClass[IndexOf(batchSize) + 1];
        for (int i = 0; i < _classes.Length; i++)
        {
            int tokens = 1 << i;
            int outputs = Math.Min(tokens, maxOutputs);
            var graph = new Graph(tokens, outputs);
            Tensor logits = model.Logits(graph, model.Forward(graph, layout.Inputs(tokens, outputs))).AsOutput("logits");
            (int phases, long scratch) = Compiler.Run(graph, activationOf, supports, scratchBuffer);
            _classes[i] = new BatchClass(tokens, outputs, graph, logits, phases, scratch);
        }
    }

    public int Count => _classes.Length;

    public BatchClass this[int index] => _classes[index];

    /// <summary>Bytes of scratch that serve every class.</summary>
    public long ScratchBytes => _classes.Max(c => c.ScratchBytes);

    /// <summary>The smallest class that holds so many tokens.</summary>
    public static int IndexOf(int tokens) => tokens <= 1 ? 0 : BitOperations.Log2((uint)tokens - 1) + 1;

    /// <summary>The step size rounded up to a class.</summary>
    public static int CapacityFor(int tokens) => 1 << IndexOf(tokens);
}
