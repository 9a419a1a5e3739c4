namespace LlamaInterop.Native;

/// <summary>Compares a loaded library with what the bindings were made for, before any record is handed over.</summary>
internal static class AbiCheck
{
    /// <summary>The <c>lk_abi_version</c> that these bindings speak.</summary>
    public const int Version = 5;

    /// <summary>What differs, a phrase each, for instance "lk_op.src at 24, bound at 20"; empty when the library fits.</summary>
    /// <param name="version">The library's <c>lk_abi_version</c>. Where it differs, records are not looked at.</param>
    /// <param name="recordSize"><c>lk_record_size</c>: bytes of a record by its number.</param>
    /// <param name="recordOffset"><c>lk_record_offset</c>: bytes from the start of a record to a field, by their numbers.</param>
    public static IReadOnlyList<string> Differences(int version, Func<int, int> recordSize, Func<int, int, int> recordOffset)
    {
        if (version != Version)
            return [$"ABI version {version}, bound to {Version}"];
        var layouts = RecordLayouts.All();
        var differences = new List<string>();
        for (var record = 0; record < layouts.Length; record++)
            Compare(layouts[record], record, recordSize, recordOffset, differences);
        if (recordSize(layouts.Length) != -1)
            differences.Add($"more than the {layouts.Length} records that are bound");
        // The two records that are written by hand go to the same functions as the generated ones.
        Compare(TensorRecord.MeasureLayout(), NumberOf(layouts, "lk_tensor"), recordSize, recordOffset, differences);
        Compare(OpRecord.MeasureLayout(), NumberOf(layouts, "lk_op"), recordSize, recordOffset, differences);
        return [.. differences.Distinct()];
    }

    private static int NumberOf(RecordLayout[] layouts, string name) => Array.FindIndex(layouts, layout => layout.Name == name);

    private static void Compare(
        RecordLayout bound, int record, Func<int, int> recordSize, Func<int, int, int> recordOffset, List<string> differences)
    {
        var size = recordSize(record);
        if (size != bound.Size)
            differences.Add($"{bound.Name} has {size} bytes, bound with {bound.Size}");
        for (var field = 0; field < bound.Fields.Length; field++)
        {
            var offset = recordOffset(record, field);
            if (offset != bound.Fields[field].Offset)
                differences.Add($"{bound.Name}.{bound.Fields[field].Name} at {offset}, bound at {bound.Fields[field].Offset}");
        }
        if (recordOffset(record, bound.Fields.Length) != -1)
            differences.Add($"{bound.Name} has more than the {bound.Fields.Length} fields that are bound");
    }
}
