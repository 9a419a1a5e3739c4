using System.Text;
using LlamaInterop.Models;
using LlamaInterop.Tests.Inference;
using LlamaInterop.Tools;

namespace LlamaInterop.Tests.Tools.Choices;

internal sealed class ChoiceTasksTests
{
    private const string HellaSwag = "Cooking: she breaks an egg\n2\ninto a car\nover a hill\nwith a spoon\nand sings\nRun: he\n0\nruns\nsleeps\neats it\nis a b\n";
    private const string WinoGrande = "0,\"the cat, said _ was quick to run away.\",anna,bo,2\n1,he took the _ .,bus,train,1\n";

    [Test]
    public void ReadsHellaSwag()
    {
        IReadOnlyList<ChoiceTask> tasks = Read(HellaSwag, ChoiceTaskKind.HellaSwag);
        Assert.That(tasks, Has.Count.EqualTo(2));
        ChoiceTask task = tasks.First(task => task.Before == "Cooking: she breaks an egg ");
        Assert.That(task.Choices, Is.EqualTo(new[] { "into a car", "over a hill", "with a spoon", "and sings" }));
        Assert.That(task.IsRight, Is.EqualTo(new[] { false, false, true, false }));
    }

    [Test]
    public void ReadsWinoGrande()
    {
        IReadOnlyList<ChoiceTask> tasks = Read(WinoGrande, ChoiceTaskKind.WinoGrande);
        Assert.That((tasks[0].Before, tasks[0].After), Is.EqualTo(("the cat, said ", " was quick to run away.")));
        Assert.That(tasks[0].Choices, Is.EqualTo(new[] { "anna", "bo" }));
        Assert.That((tasks[0].IsRight[1], tasks[1].IsRight[0]), Is.EqualTo((true, true)));
    }

    [Test]
    public void ReadsMultipleChoice()
    {
        IReadOnlyList<ChoiceTask> tasks = ChoiceTasks.Read("tasks", MultipleChoice(("what is it?", ["a dog", "a cat", "rain"], 1), ("who", ["me", "you"], 0)), ChoiceTaskKind.MultipleChoice);
        Assert.That(tasks.Select(task => task.Before), Is.EqualTo(new[] { "what is it? ", "who " }));
        Assert.That(tasks[0].IsRight, Is.EqualTo(new[] { false, true, false }));
    }

    /// <summary>The mean log-probability of each text's own tokens, by the logits of the text alone.</summary>
    [TestCase(HellaSwag, ChoiceTaskKind.HellaSwag, 5)]
    [TestCase(HellaSwag, ChoiceTaskKind.HellaSwag, 1)]
    [TestCase(HellaSwag, ChoiceTaskKind.HellaSwag, 3)]
    [TestCase(WinoGrande, ChoiceTaskKind.WinoGrande, 5)]
    [TestCase(WinoGrande, ChoiceTaskKind.WinoGrande, 1)]
    public void ChoosesTheLikeliestText(string file, ChoiceTaskKind kind, int sequences)
    {
        IReadOnlyList<ChoiceTask> tasks = Read(file, kind);
        using var llama = new TinyLlama(new LlamaModelOptions { Threads = 2, ContextSize = 128, BatchSize = 16, OutputRows = 7, MaxSequences = sequences });
        int correct = 0;
        foreach (ChoiceTask task in tasks)
        {
            double[] scores = [.. task.Choices.Select((_, c) => Score(llama.Model, task, c, kind))];
            correct += task.IsRight[Array.IndexOf(scores, scores.Max())] ? 1 : 0;
        }
        ChoiceResult result = ChoiceTasks.Measure(llama.Model, tasks, kind);
        Assert.That(result, Is.EqualTo(new ChoiceResult(tasks.Count, correct, tasks.Sum(task => task.Choices.Count))));
        Assert.That(llama.BlocksInUse, Is.Zero);
    }

    [Test]
    public void StatesItsConfidence()
    {
        var result = new ChoiceResult(400, 209, 1600);
        Assert.That(result.Accuracy.Value, Is.EqualTo(0.5225));
        Assert.That(result.Accuracy.Error, Is.EqualTo(Math.Sqrt(0.5225 * 0.4775 / 399)).Within(1e-12));
        Assert.That(result.Interval.Low, Is.EqualTo(0.47358).Within(1e-4));
        Assert.That(result.Interval.High, Is.EqualTo(0.57098).Within(1e-4));
        Assert.That(result.Chance.Value, Is.EqualTo(0.25));
    }

    /// <summary>The first numbers of std::mt19937 seeded with 1 are 1791095845, 4282876139 and 3093770124.</summary>
    [Test]
    public void DrawsTheTasksThatLlamaCppDraws()
    {
        ChoiceTask[] tasks = [.. Enumerable.Range(0, 10).Select(i => new ChoiceTask($"{i}", ["a", "b"], "", [true, false]))];
        Assert.That(TaskDraw.InOrder(tasks, 3).Select(task => task.Before), Is.EqualTo(new[] { "4", "9", "6" }), "places 4 of 10, 8 of 9, 5 of 8");
        Assert.That(TaskDraw.BySwaps(tasks, 3).Select(task => task.Before), Is.EqualTo(new[] { "4", "8", "5" }), "the same places, 9 in that of 4");
        Assert.That(TaskDraw.InOrder(tasks, 50).Select(task => task.Before), Is.EquivalentTo(tasks.Select(task => task.Before)));
    }

    [TestCase("", ChoiceTaskKind.HellaSwag, "has no tasks")]
    [TestCase("a\n0\nb\nc\n", ChoiceTaskKind.HellaSwag, "has 4 lines")]
    [TestCase("a\n4\nb\nc\nd\ne\n", ChoiceTaskKind.HellaSwag, "task 1: its second line")]
    [TestCase("a\n-1\nb\nc\nd\ne\n", ChoiceTaskKind.HellaSwag, "task 1: its second line")]
    [TestCase("0,he _ it,a,b\n", ChoiceTaskKind.WinoGrande, "line 1 has 4 fields")]
    [TestCase("0,he took it,a,b,1\n", ChoiceTaskKind.WinoGrande, "has no blank")]
    [TestCase("0,he _ it,a,b,3\n", ChoiceTaskKind.WinoGrande, "neither 1 nor 2")]
    [TestCase("\u0001\0\0\0", ChoiceTaskKind.MultipleChoice, "where tasks begin: reaches past")]
    [TestCase("\u007f\u007f\u007f\u007f", ChoiceTaskKind.MultipleChoice, "do not fit its 4 bytes")]
    [TestCase("\u0001\0\0\0\u0008\0\0\0\u0009\0\0\0", ChoiceTaskKind.MultipleChoice, "task 1: reaches past")]
    public void RefusesFilesThatAreNoTasks(string content, ChoiceTaskKind kind, string message) =>
        Assert.That(() => Read(content, kind), Throws.TypeOf<InvalidDataException>().With.Message.StartsWith("tasks: ").And.Message.Contains(message));

    [Test]
    public void RefusesTextsThatAreTheSameOrTooLong()
    {
        using var llama = new TinyLlama(new LlamaModelOptions { Threads = 2, ContextSize = 16, MaxSequences = 5 });
        var same = new ChoiceTask("a ", ["b", "b"], "", [true, false]);
        var longer = new ChoiceTask("a ", ["bcdefghijklmnopqrstuvwxyz", "b"], "", [true, false]);
        Assert.That(() => ChoiceTasks.Measure(llama.Model, [same], ChoiceTaskKind.HellaSwag), Throws.TypeOf<ModelException>().With.Message.Contains("task 1: its texts have no tokens to tell them apart"));
        Assert.That(() => ChoiceTasks.Measure(llama.Model, [longer], ChoiceTaskKind.HellaSwag), Throws.TypeOf<ModelException>().With.Message.Contains("task 1 has"));
    }

    private static IReadOnlyList<ChoiceTask> Read(string content, ChoiceTaskKind kind) => ChoiceTasks.Read("tasks", Encoding.UTF8.GetBytes(content), kind);

    private static double Score(LlamaModel model, ChoiceTask task, int choice, ChoiceTaskKind kind)
    {
        int[] Encode(string text) => model.Tokenizer.Encode(text, addSpecial: true, parseSpecial: false);
        int[][] texts = [.. task.Choices.Select(text => Encode(task.Before + text + task.After))];
        int common = Enumerable.Range(0, texts.Min(text => text.Length)).First(i => texts.Any(text => text[i] != texts[0][i]));
        bool isWino = kind == ChoiceTaskKind.WinoGrande;
        int begin = isWino && texts.All(text => text.Length - common > 3) ? Encode(task.Before + task.Choices[choice]).Length : common;
        int end = texts[choice].Length - 1 - (isWino && texts[choice].Length - begin > 1 ? 1 : 0);
        double sum = 0;
        model.Evaluate(texts[choice], allPositions: true, (logits, position) =>
        {
            if (position >= begin - 1 && position < end)
                sum += SoftMaxSum.Of(logits).LogProbability(logits[texts[choice][position + 1]]);
        });
        return sum / (end - begin + 1);
    }

    private static byte[] MultipleChoice(params (string Question, string[] Answers, int Right)[] tasks)
    {
        using var content = new MemoryStream();
        using var writer = new BinaryWriter(content);
        writer.Write(tasks.Length);
        byte[][] parts = [.. tasks.Select(task => Task(task.Question, task.Answers, task.Right))];
        int at = sizeof(int) * (1 + tasks.Length);
        foreach (byte[] part in parts)
        {
            writer.Write(at);
            at += part.Length;
        }
        foreach (byte[] part in parts)
            writer.Write(part);
        writer.Flush();
        return content.ToArray();
    }

    private static byte[] Task(string question, string[] answers, int right)
    {
        using var content = new MemoryStream();
        using var writer = new BinaryWriter(content);
        void Text(string text)
        {
            writer.Write(Encoding.UTF8.GetByteCount(text));
            writer.Write(Encoding.UTF8.GetBytes(text));
        }

        Text(question);
        writer.Write(answers.Length);
        foreach (string answer in answers)
            Text(answer);
        for (int i = 0; i < answers.Length; i++)
            writer.Write(i == right ? 1 : 0);
        writer.Write(0);
        writer.Flush();
        return content.ToArray();
    }
}
