using System.Buffers.Binary;
using System.Text;

namespace LlamaInterop.Tools;

/// <summary>
/// Multiple choice in llama.cpp's binary form, little-endian 32-bit words: the number of tasks, where each begins, then each: the question,
/// the answers of which one is right, and those of which several are (not used). A text is its length and bytes; answers are their number,
/// their texts, and a 1 or 0 for each.
/// </summary>
internal static class MultipleChoiceFile
{
    private const int MostAnswers = 100;

    public static ChoiceTask[] Read(string path, ReadOnlySpan<byte> content)
    {
        var reader = new Reader(path, content);
        uint count = reader.Word("the number of tasks");
        if (count > content.Length / sizeof(uint))
            throw new InvalidDataException($"{path}: {count} tasks do not fit its {content.Length} bytes");
        var tasks = new ChoiceTask[count];
        for (int i = 0; i < tasks.Length; i++)
        {
            var task = new Reader(path, content) { At = (int)Math.Min(int.MaxValue, reader.Word("where tasks begin")) };
            tasks[i] = ReadTask(ref task, i + 1);
        }
        return tasks;
    }

    private static ChoiceTask ReadTask(ref Reader reader, int number)
    {
        string what = $"task {number}", question = reader.Text(what);
        (string[] answers, bool[] isRight) = ReadAnswers(ref reader, what);
        ReadAnswers(ref reader, what);
        if (question.Length == 0 || answers.Length < 2 || answers.Contains(""))
            throw reader.Refuse($"{what}: its question or an answer is empty, or it has fewer than two answers");
        return new(question + " ", answers, "", isRight);
    }

    private static (string[] Texts, bool[] IsRight) ReadAnswers(ref Reader reader, string what)
    {
        uint count = reader.Word(what);
        if (count > MostAnswers)
            throw reader.Refuse($"{what}: has {count} answers, more than {MostAnswers}");
        string[] texts = new string[count];
        for (int i = 0; i < texts.Length; i++)
            texts[i] = reader.Text(what);
        bool[] isRight = new bool[count];
        for (int i = 0; i < isRight.Length; i++)
            isRight[i] = reader.Word(what) == 1;
        return (texts, isRight);
    }

    private ref struct Reader(string path, ReadOnlySpan<byte> content)
    {
        private readonly ReadOnlySpan<byte> _content = content;

        public int At { get; set; }

        public uint Word(string what) => BinaryPrimitives.ReadUInt32LittleEndian(Take(sizeof(uint), what));

        public string Text(string what) => Encoding.UTF8.GetString(Take(Word(what), what));

        public readonly InvalidDataException Refuse(string reason) => new($"{path}: {reason}");

        private ReadOnlySpan<byte> Take(uint count, string what)
        {
            if (At > _content.Length || count > _content.Length - At)
                throw Refuse($"{what}: reaches past the file's end");
            ReadOnlySpan<byte> taken = _content.Slice(At, (int)count);
            At += (int)count;
            return taken;
        }
    }
}
