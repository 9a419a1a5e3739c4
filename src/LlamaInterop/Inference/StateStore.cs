using LlamaInterop.Compute;

namespace LlamaInterop.Inference;

/// <summary>
/// The recurrent states of all layers. A slot holds one sequence's states of every layer; slots are shared by reference count like cache
/// blocks. A step reads a sequence's slot and writes another, so that a fork or a checkpoint is one more owner, and a step that fails
/// has changed nothing.
/// </summary>
internal sealed class StateStore
{
    private readonly int _slots;
    private BlockPool? _pool;

    /// <param name="widths">f32 numbers of each state.</param>
    /// <param name="slots">Slots of each state.</param>
    /// <param name="place">Gives a tensor its memory.</param>
    public StateStore(IReadOnlyList<long> widths, int slots, Func<Tensor, Tensor> place)
    {
        _slots = slots;
        Tensors = [.. widths.Select((width, i) => place(new Tensor($"state.{i}", TensorKind.Cache, ElementType.F32, [width, slots])))];
    }

    /// <summary>[width, slots] of each state.</summary>
    public IReadOnlyList<Tensor> Tensors { get; }

    public bool IsEmpty => Tensors.Count == 0;

    /// <summary>Made when first used: a plan that memory has no room for is refused before.</summary>
    public BlockPool Pool => _pool ??= new BlockPool(_slots, "slots of recurrent states");
}
