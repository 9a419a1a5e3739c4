using System.Text;
using LlamaInterop.Cli.Options;
using LlamaInterop.Cli.Output;
using LlamaInterop.Cli.Text;
using LlamaInterop.Compute;
using LlamaInterop.Inference;

namespace LlamaInterop.Cli.Commands;

/// <summary><c>run</c>: writes on from a prompt, without a chat template, as the text comes.</summary>
internal static class RunCommand
{
    private const int Interrupted = 130;

    public static int Run(RunOptions options, Terminal terminal)
    {
        RunPrompt prompt = RunPrompt.Read(options);
        var generation = new GenerationOptions
        {
            MaxTokens = EngineMapping.InRange("-n", options.Predict, -2, int.MaxValue),
            Stop = [.. RunPrompt.ReadStops(options).Select(Encoding.UTF8.GetString)],
            Sampling = options.ToSamplingOptions(),
            LogProbabilities = options.ReadLogProbs(),
        };
        string path = ModelPath.Of(options, terminal);
        long start = System.Diagnostics.Stopwatch.GetTimestamp();
        using LlamaModel model = Load(options, path, terminal);
        TimeSpan loading = System.Diagnostics.Stopwatch.GetElapsedTime(start);
        (int[] tokens, int[] encoderTokens) = Tokens(prompt, model);
        if (options.DumpProgram)
            terminal.Error.Write(ProgramListing.Write(model.Runner.ClassOf(1).Graph));
        if (options.Profile)
            model.Runner.StartProfile();
        using Generation run = model.Start(tokens, generation, encoderTokens);
        try
        {
            if (!options.Json)
                terminal.Error.WriteLine(RunReport.Sampling(generation.Sampling, run.Chain));
            Follow(options, prompt, model, run, tokens, loading, terminal);
        }
        finally
        {
            model.Leave(run);
        }
        return terminal.Interrupted.IsCancellationRequested ? Interrupted : 0;
    }

    /// <summary>Writes the text as it comes, and then what there is to say of it.</summary>
    private static void Follow(RunOptions options, RunPrompt prompt, LlamaModel model, Generation run, int[] tokens, TimeSpan loading, Terminal terminal)
    {
        using CancellationTokenRegistration interruption = terminal.Interrupted.Register(() => model.Cancel(run));
        string text = Stream(options, prompt, model, run, tokens, terminal);
        if (options.Json)
            RunReport.WriteJson(terminal.Output, model, run, text, loading);
        else
            RunReport.WriteTimings(terminal.Error, model, run, loading);
        if (options.Profile)
            terminal.Error.Write(ProgramListing.Write(model.Runner.ClassOf(1).Graph, model.Runner.ProfileOf(1)));
    }

    private static LlamaModel Load(RunOptions options, string path, Terminal terminal)
    {
        using var progress = new ConsoleProgress(terminal, "loading");
        return options.LoadModel(path, options.ToModelOptions(new LoadProgressLine(progress)), terminal);
    }

    private static (int[] Tokens, int[] EncoderTokens) Tokens(RunPrompt prompt, LlamaModel model)
    {
        if (prompt.Text is null)
            return model.Divide(null, prompt.Tokens, prompt.EncoderTokens);
        int[] tokens = model.Tokenizer.Encode(prompt.Text, addSpecial: true, parseSpecial: true);
        return tokens.Length > 0 ? model.Divide(tokens, null, null)
            : throw new UsageException("the prompt is empty, and the model adds no BOS: give -p, -f or --tokens");
    }

    /// <summary>Passes the text on as it comes; returns it where it is to become part of a JSON object instead.</summary>
    private static string Stream(RunOptions options, RunPrompt prompt, LlamaModel model, Generation run, int[] tokens, Terminal terminal)
    {
        var collected = new MemoryStream();
        Stream target = options.Json ? collected : terminal.Output;
        if (!options.Json && !options.NoDisplayPrompt)
            ShowPrompt(options, prompt.Text ?? model.Tokenizer.Decode(run.EncoderTokens.Length > 0 ? run.EncoderTokens : tokens, special: true), terminal);
        byte[] bytes = new byte[4096];
        int read;
        while ((read = run.Output.Read(bytes)) > 0)
        {
            target.Write(bytes, 0, read);
            target.Flush();
        }
        if (options.Json)
            return Encoding.UTF8.GetString(collected.ToArray());
        terminal.Output.Write("\n"u8);
        terminal.Output.Flush();
        terminal.Error.WriteLine(RunReport.End(run.Finish));
        return "";
    }

    private static void ShowPrompt(RunOptions options, byte[] prompt, Terminal terminal)
    {
        TextColor color = TextColor.Of(options.Color, terminal);
        terminal.Output.Write(color.BeforePrompt);
        terminal.Output.Write(prompt);
        terminal.Output.Write(color.AfterPrompt);
        terminal.Output.Flush();
    }
}
