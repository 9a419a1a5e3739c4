using System.Text;
using LlamaInterop.Cli;

namespace LlamaInterop.Tests.Cli;

/// <summary>Runs the program inside the test process and keeps what it wrote.</summary>
internal sealed record CommandLineSession(int ExitCode, byte[] Output, string Error)
{
    public string Text => Encoding.UTF8.GetString(Output);

    public static CommandLineSession Run(params string[] args) => RunWithInput("", args);

    public static CommandLineSession RunWithInput(string input, params string[] args) => RunWithInput(Encoding.UTF8.GetBytes(input), args);

    public static CommandLineSession RunWithInput(byte[] input, params string[] args)
    {
        using var output = new MemoryStream();
        using var error = new StringWriter { NewLine = "\n" };
        using var terminal = new Terminal(new MemoryStream(input), output, error);
        int code = Dispatcher.Run(Program.Verbs, args, terminal);
        Assert.That(output.CanWrite, "the output stays open until the process ends");
        return new(code, output.ToArray(), error.ToString());
    }
}
