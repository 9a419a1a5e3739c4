using System.Runtime.InteropServices;

namespace LlamaInterop.Import.Pickle;

/// <summary>What a pickle works with: a stack in which marks stand, and a memory of numbered values.</summary>
/// <param name="file">For errors.</param>
internal sealed class PickleStack(SourceFile file)
{
    private const int MaxMemo = 4_000_000;

    private readonly List<object?> _values = [];
    private readonly List<int> _marks = [];
    private readonly Dictionary<uint, object?> _memo = [];

    public int Count => _values.Count;

    public void Push(object? value) => _values.Add(value);

    public void Mark() => _marks.Add(_values.Count);

    public object? Pop()
    {
        object? value = Peek();
        _values.RemoveAt(_values.Count - 1);
        return value;
    }

    public T Pop<T>(string kind) => Pop() is var value && value is T typed ? typed : throw WrongKind(value, kind);

    /// <summary>The topmost value, which must lie above the last mark.</summary>
    public object? Peek() => _values.Count > (_marks.Count == 0 ? 0 : _marks[^1]) ? _values[^1]
        : throw file.Refuse(ImportCheck.PickleStack, "the pickle takes a value from an empty stack");

    public T Peek<T>(string kind) => Peek() is var value && value is T typed ? typed : throw WrongKind(value, kind);

    /// <summary>Takes everything above the last mark, and the mark.</summary>
    public object?[] PopToMark()
    {
        if (_marks.Count == 0)
            throw file.Refuse(ImportCheck.PickleStack, "the pickle looks for a mark that it has not set");
        object?[] values = [.. CollectionsMarshal.AsSpan(_values)[_marks[^1]..]];
        _values.RemoveRange(_marks[^1], values.Length);
        _marks.RemoveAt(_marks.Count - 1);
        return values;
    }

    public object?[] PopMany(int count)
    {
        var values = new object?[count];
        for (int i = count - 1; i >= 0; i--)
            values[i] = Pop();
        return values;
    }

    public void Remember(uint number)
    {
        if (number >= MaxMemo)
            throw file.Refuse(ImportCheck.PickleMemo, $"the pickle remembers a value as number {number}, beyond {MaxMemo}");
        _memo[number] = Peek();
    }

    /// <summary>Remembers under the next number.</summary>
    public void Remember() => Remember((uint)_memo.Count);

    public void Recall(uint number) => Push(_memo.TryGetValue(number, out object? value) ? value
        : throw file.Refuse(ImportCheck.PickleMemo, $"the pickle recalls value {number}, which it has not remembered"));

    private ImportException WrongKind(object? value, string kind) =>
        file.Refuse(ImportCheck.PickleStack, $"the pickle has {PickleReader.Describe(value)} where {kind} belongs");
}
