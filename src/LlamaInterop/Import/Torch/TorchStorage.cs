namespace LlamaInterop.Import.Torch;

/// <summary>Numbers that tensors are views of: an entry of a zip checkpoint.</summary>
/// <param name="Key">Its name among the storages.</param>
/// <param name="Type">What its elements are; null where each tensor says it (untyped storage, counted in bytes).</param>
/// <param name="Count">How many elements.</param>
internal sealed record TorchStorage(string Key, SourceType? Type, long Count);
