using System.Numerics;
using LlamaInterop.Compute;
using LlamaInterop.Compute.Passes;
using LlamaInterop.Models;

namespace LlamaInterop.Inference;

/// <summary>One batch class: a token capacity with its scheduled graph.</summary>
/// <param name="Tokens">Tokens of a step at most.</param>
/// <param name="Outputs">Rows of results at most.</param>
/// <param name="Graph">The scheduled graph.</param>
/// <param name="Output">Where the results are.</param>
/// <param name="Squares">What <see cref="Pass.Calibration"/> sums; empty of other passes.</param>
/// <param name="Phases">Phases of a run.</param>
/// <param name="ScratchBytes">Bytes of scratch.</param>
internal sealed record BatchClass(int Tokens, int Outputs, Graph Graph, Tensor Output, IReadOnlyList<SquareSum> Squares, int Phases, long ScratchBytes);

/// <summary>How many rows a pass's steps have.</summary>
/// <param name="Pass">What is computed.</param>
/// <param name="Tokens">Tokens of one step at most.</param>
/// <param name="Outputs">Rows that one step can give.</param>
/// <param name="Refinement">Which products' activations are refined.</param>
internal readonly record struct PassSizes(Pass Pass, int Tokens, int Outputs, Refinement Refinement);

/// <summary>A pass's batch classes 1, 2, 4, ... up to the step size. Live counts lie below a class's capacity, so these are all programs there are.</summary>
internal sealed class BatchClasses
{
    private readonly BatchClass[] _classes;

    public BatchClasses(IModel model, PassSizes sizes, StepLayout layout, Func<ElementType, ElementType> activationOf, Func<Op, bool> supports, int scratchBuffer)
    {
        Sizes = sizes;
        _classes = new BatchClass[IndexOf(sizes.Tokens) + 1];
        for (int i = 0; i < _classes.Length; i++)
        {
            int tokens = 1 << i;
            int outputs = Math.Min(tokens, sizes.Outputs);
            var graph = new Graph(tokens, outputs) { Refinement = sizes.Refinement };
            Tensor output = Write(model, sizes.Pass, graph, layout.Inputs(tokens, outputs));
            IReadOnlyList<SquareSum> squares = sizes.Pass == Pass.Calibration ? SumSquares.Run(graph) : [];
            (int phases, long scratch) = Compiler.Run(graph, activationOf, supports, scratchBuffer);
            _classes[i] = new BatchClass(tokens, outputs, graph, output, squares, phases, scratch);
        }
    }

    public PassSizes Sizes { get; }

    public int Count => _classes.Length;

    /// <summary>The classes' graphs, the smallest first.</summary>
    public IEnumerable<Graph> Graphs => _classes.Select(c => c.Graph);

    public BatchClass this[int index] => _classes[index];

    /// <summary>Bytes of scratch that serve every class.</summary>
    public long ScratchBytes => _classes.Max(c => c.ScratchBytes);

    /// <summary>The smallest class that holds so many tokens.</summary>
    public static int IndexOf(int tokens) => tokens <= 1 ? 0 : BitOperations.Log2((uint)tokens - 1) + 1;

    /// <summary>The step size rounded up to a class.</summary>
    public static int CapacityFor(int tokens) => 1 << IndexOf(tokens);

    private static Tensor Write(IModel model, Pass pass, Graph graph, StepInputs step) => pass switch
    {
        Pass.Logits or Pass.Calibration => model.Logits(graph, model.Forward(graph, step)).AsOutput("logits"),
        Pass.HiddenStates => model.Forward(graph, step).AsOutput("hidden_states"),
        _ => ((IEncoderDecoder)model).Encode(graph, step).AsOutput("encoded"),
    };
}
