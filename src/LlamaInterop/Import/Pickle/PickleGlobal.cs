namespace LlamaInterop.Import.Pickle;

/// <summary>A class or function that a pickle may name. It is never called: <see cref="Make"/> says what data a call of it stands for.</summary>
/// <param name="Name">Module and name: <c>collections.OrderedDict</c>.</param>
/// <param name="Make">What a call with these arguments stands for; null where it is only named.</param>
internal sealed record PickleGlobal(string Name, Func<PickleArguments, object?>? Make = null);
