namespace LlamaInterop.Tools;

/// <summary>What <see cref="GgufContentCheck"/> found.</summary>
/// <param name="Tensors">Tensors of the file.</param>
/// <param name="Faults">Tensors with elements that are not finite.</param>
/// <param name="Unread">Tensors of types that hold no weights, whose content nobody can judge.</param>
public sealed record GgufContentReport(int Tensors, IReadOnlyList<TensorFault> Faults, IReadOnlyList<string> Unread);

/// <summary>A tensor with elements that are not finite.</summary>
/// <param name="Tensor">Its name.</param>
/// <param name="NotNumbers">Elements that are NaN.</param>
/// <param name="Infinite">Elements that are infinite.</param>
/// <param name="First">The first of either, counted in the order in which elements are stored.</param>
public sealed record TensorFault(string Tensor, long NotNumbers, long Infinite, long First);
