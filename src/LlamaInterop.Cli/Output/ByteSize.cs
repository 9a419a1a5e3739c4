using System.Globalization;

namespace LlamaInterop.Cli.Output;

/// <summary>Sizes for people, in binary units.</summary>
internal static class ByteSize
{
    private static readonly string[] Units = ["B", "KiB", "MiB", "GiB", "TiB"];

    public static string Format(long bytes)
    {
        double size = bytes;
        int unit = 0;
        for (; size >= 1024 && unit < Units.Length - 1; unit++)
            size /= 1024;
        return size.ToString(unit == 0 ? "0" : "0.00", CultureInfo.InvariantCulture) + " " + Units[unit];
    }
}
