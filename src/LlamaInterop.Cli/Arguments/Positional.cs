using System.Reflection;
using CommandLine;

namespace LlamaInterop.Cli.Arguments;

/// <summary>An argument of a verb that needs no flag: a text, known by its place.</summary>
internal sealed record Positional(PropertyInfo Property, ValueAttribute Value);
