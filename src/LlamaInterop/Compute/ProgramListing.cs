using System.Globalization;
using System.Text;

using LlamaInterop.Native;

namespace LlamaInterop.Compute;

/// <summary>A scheduled graph as text, an op a line: what <c>--dump-program</c> prints.</summary>
internal static class ProgramListing
{
    /// <param name="graph">A scheduled graph.</param>
    /// <param name="nanoseconds">Time of each op in order, or empty.</param>
    public static string Write(Graph graph, ReadOnlySpan<long> nanoseconds = default)
    {
        var text = new StringBuilder();
        int phase = -1;
        for (int i = 0; i < graph.Ops.Count; i++)
        {
            Op op = graph.Ops[i];
            if (op.Phase != phase)
                text.Append(CultureInfo.InvariantCulture, $"phase {phase = op.Phase}\n");
            if (i < nanoseconds.Length)
                text.Append(CultureInfo.InvariantCulture, $"{nanoseconds[i] / 1e6,10:F3} ms");
            text.Append(op.Link switch { LkLink.ROWS => "   + ", LkLink.SLICES => "   / ", _ => "     " });
            text.Append(CultureInfo.InvariantCulture, $"{op.Opcode,-10} {op.Destination} <-");
            string separator = " ";
            foreach (Tensor? source in op.Sources)
            {
                if (source is null)
                    continue;
                text.Append(separator).Append(source);
                separator = "; ";
            }
            text.Append('\n');
        }
        return text.ToString();
    }
}
