using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;

namespace LlamaInterop.Import.Pickle;

/// <summary>
/// Reads Python's pickle format (protocols 0 to 5) as data. Instructions that would call something only make what the table of known
/// globals says such a call stands for; any other name is an error, so no code can run. Values are null, bool, long, BigInteger, double,
/// string, byte[], object?[] (tuples), List (lists and sets), <see cref="PickleDictionary"/>, <see cref="PickleGlobal"/>, and what the
/// table makes. The stack is a list, so nesting costs no recursion; a value may contain itself.
/// </summary>
/// <param name="source">Where the pickle begins; afterwards, where it has ended.</param>
/// <param name="globals">What it may name, by module and name.</param>
/// <param name="persistent">What an external reference stands for: of torch, a storage.</param>
internal sealed class PickleReader(SourceCursor source, IReadOnlyDictionary<string, PickleGlobal> globals, Func<PickleArguments, object?> persistent)
{
    private const int MaxProtocol = 5;
    private const int MaxInstructions = 4_000_000;
    private const int MaxTextBytes = 1 << 20;
    private const int MaxIntegerBytes = 256;
    private const int MaxPickleBytes = 64 << 20;

    private readonly PickleStack _stack = new(source.File);
    private readonly long _start = source.Position;

    /// <summary>Reads one pickle.</summary>
    /// <exception cref="ImportException">It is malformed, too large, or names what it may not.</exception>
    public object? Read()
    {
        for (int count = 0; count < MaxInstructions && source.Position - _start <= MaxPickleBytes; count++)
        {
            byte code = source.ReadByte("a pickle");
            if (code == (byte)PickleOpcode.STOP)
                return _stack.Pop();
            Execute((PickleOpcode)code);
        }
        throw Refuse(ImportCheck.Limit, $"the pickle has more than {MaxInstructions} instructions or {MaxPickleBytes} bytes");
    }

    /// <summary>What kind of value it is, for errors.</summary>
    public static string Describe(object? value) => value switch
    {
        null => "None",
        bool => "a boolean",
        long or BigInteger => "an integer",
        double => "a number",
        string => "a text",
        byte[] => "bytes",
        object?[] => "a tuple",
        List<object?> => "a list",
        PickleDictionary => "a dictionary",
        PickleGlobal global => $"the name {global.Name}",
        _ => $"a {value.GetType().Name}",
    };

    private void Execute(PickleOpcode code)
    {
        if (!ReadAtom(code) && !BuildContainer(code) && !UseMemo(code) && !UseGlobal(code))
            throw Refuse(ImportCheck.PickleOpcode, Enum.IsDefined(code)
                ? $"the pickle has the instruction {code}, which needs what is outside of the file"
                : $"the pickle has the unknown instruction 0x{(byte)code:x2} at byte {source.Position - 1}");
    }

    /// <summary>Numbers and texts.</summary>
    private bool ReadAtom(PickleOpcode code)
    {
        object? value;
        switch (code)
        {
            case PickleOpcode.NONE: value = null; break;
            case PickleOpcode.NEWTRUE: value = true; break;
            case PickleOpcode.NEWFALSE: value = false; break;
            case PickleOpcode.BININT: value = (long)source.ReadInt32("an integer"); break;
            case PickleOpcode.BININT1: value = (long)source.ReadByte("an integer"); break;
            case PickleOpcode.BININT2: value = (long)source.ReadUInt16("an integer"); break;
            case PickleOpcode.LONG1: value = ReadInteger(source.ReadByte("an integer")); break;
            case PickleOpcode.LONG4: value = ReadInteger(source.ReadInt32("an integer")); break;
            case PickleOpcode.INT or PickleOpcode.LONG: value = ParseInteger(ReadLine("an integer")); break;
            case PickleOpcode.FLOAT: value = ParseNumber(ReadLine("a number")); break;
            case PickleOpcode.BINFLOAT: value = BinaryPrimitives.ReadDoubleBigEndian(source.ReadBytes(8, 8, "a number")); break;
            case PickleOpcode.STRING: value = Unquote(ReadLine("a text")); break;
            case PickleOpcode.UNICODE: value = ReadLine("a text"); break;
            case PickleOpcode.BINSTRING: value = ReadText(source.ReadInt32("a text")); break;
            case PickleOpcode.SHORT_BINSTRING or PickleOpcode.SHORT_BINUNICODE: value = ReadText(source.ReadByte("a text")); break;
            case PickleOpcode.BINUNICODE: value = ReadText(source.ReadUInt32("a text")); break;
            case PickleOpcode.BINUNICODE8: value = ReadText(source.ReadInt64("a text")); break;
            case PickleOpcode.SHORT_BINBYTES: value = ReadBytes(source.ReadByte("bytes")); break;
            case PickleOpcode.BINBYTES: value = ReadBytes(source.ReadUInt32("bytes")); break;
            case PickleOpcode.BINBYTES8 or PickleOpcode.BYTEARRAY8: value = ReadBytes(source.ReadInt64("bytes")); break;
            default: return false;
        }
        _stack.Push(value);
        return true;
    }

    /// <summary>Tuples, lists, sets and dictionaries.</summary>
    private bool BuildContainer(PickleOpcode code)
    {
        switch (code)
        {
            case PickleOpcode.MARK: _stack.Mark(); break;
            case PickleOpcode.POP_MARK: _stack.PopToMark(); break;
            case PickleOpcode.EMPTY_TUPLE: _stack.Push(Array.Empty<object?>()); break;
            case PickleOpcode.TUPLE1: _stack.Push(_stack.PopMany(1)); break;
            case PickleOpcode.TUPLE2: _stack.Push(_stack.PopMany(2)); break;
            case PickleOpcode.TUPLE3: _stack.Push(_stack.PopMany(3)); break;
            case PickleOpcode.TUPLE: _stack.Push(_stack.PopToMark()); break;
            case PickleOpcode.EMPTY_LIST or PickleOpcode.EMPTY_SET: _stack.Push(new List<object?>()); break;
            case PickleOpcode.LIST or PickleOpcode.FROZENSET: _stack.Push(new List<object?>(_stack.PopToMark())); break;
            case PickleOpcode.APPEND: Append([_stack.Pop()]); break;
            case PickleOpcode.APPENDS or PickleOpcode.ADDITEMS: Append(_stack.PopToMark()); break;
            case PickleOpcode.EMPTY_DICT: _stack.Push(new PickleDictionary()); break;
            case PickleOpcode.DICT: BuildDictionary(_stack.PopToMark()); break;
            case PickleOpcode.SETITEM: SetItems(_stack.PopMany(2)); break;
            case PickleOpcode.SETITEMS: SetItems(_stack.PopToMark()); break;
            default: return false;
        }
        return true;
    }

    /// <summary>The numbered values, the stack itself, and what frames the instructions.</summary>
    private bool UseMemo(PickleOpcode code)
    {
        switch (code)
        {
            case PickleOpcode.PROTO: RefuseProtocol(source.ReadByte("the protocol")); break;
            case PickleOpcode.FRAME: source.ReadInt64("a frame"); break;
            case PickleOpcode.POP: _stack.Pop(); break;
            case PickleOpcode.DUP: _stack.Push(_stack.Peek()); break;
            case PickleOpcode.PUT: _stack.Remember(ParseNumberOfMemo(ReadLine("a number"))); break;
            case PickleOpcode.BINPUT: _stack.Remember(source.ReadByte("a number")); break;
            case PickleOpcode.LONG_BINPUT: _stack.Remember(source.ReadUInt32("a number")); break;
            case PickleOpcode.MEMOIZE: _stack.Remember(); break;
            case PickleOpcode.GET: _stack.Recall(ParseNumberOfMemo(ReadLine("a number"))); break;
            case PickleOpcode.BINGET: _stack.Recall(source.ReadByte("a number")); break;
            case PickleOpcode.LONG_BINGET: _stack.Recall(source.ReadUInt32("a number")); break;
            default: return false;
        }
        return true;
    }

    /// <summary>Names, and what would be calls.</summary>
    private bool UseGlobal(PickleOpcode code)
    {
        switch (code)
        {
            case PickleOpcode.GLOBAL: _stack.Push(Find(ReadLine("a module"), ReadLine("a name"))); break;
            case PickleOpcode.STACK_GLOBAL: PushStackGlobal(); break;
            case PickleOpcode.PERSID: _stack.Push(Reference([ReadLine("a reference")])); break;
            case PickleOpcode.BINPERSID: _stack.Push(Reference(_stack.Pop<object?[]>("a tuple"))); break;
            case PickleOpcode.REDUCE or PickleOpcode.NEWOBJ: Make(_stack.Pop<object?[]>("a tuple")); break;
            case PickleOpcode.BUILD: RefuseState(_stack.Pop(), _stack.Peek()); break;
            default: return false;
        }
        return true;
    }

    private void PushStackGlobal()
    {
        string name = _stack.Pop<string>("a text");
        _stack.Push(Find(_stack.Pop<string>("a text"), name));
    }

    private PickleGlobal Find(string module, string name) => globals.TryGetValue($"{module}.{name}", out var global) ? global
        : throw Refuse(ImportCheck.PickleGlobal, $"the pickle names '{module}.{name}', which no checkpoint needs: a pickle can carry code, and none is run here");

    private void Make(object?[] arguments)
    {
        var global = _stack.Pop<PickleGlobal>("a function");
        if (global.Make is null)
            throw Refuse(ImportCheck.PickleGlobal, $"the pickle calls {global.Name}, which is not a function here");
        _stack.Push(global.Make(new PickleArguments(source.File.Path, global.Name, arguments)));
    }

    private object? Reference(object?[] id) => persistent(new PickleArguments(source.File.Path, "a stored object", id));

    /// <summary>Attributes of dictionaries (torch's versions of modules) say nothing about tensors; other things have none.</summary>
    private void RefuseState(object? state, object? target)
    {
        if (target is not (PickleDictionary or NumpyType))
            throw Refuse(ImportCheck.PickleValue, $"the pickle gives {Describe(target)} the state {Describe(state)}");
    }

    private void Append(object?[] items) => _stack.Peek<List<object?>>("a list").AddRange(items);

    private void BuildDictionary(object?[] items)
    {
        _stack.Push(new PickleDictionary());
        SetItems(items);
    }

    private void SetItems(object?[] items)
    {
        var dictionary = _stack.Peek<PickleDictionary>("a dictionary");
        if (items.Length % 2 != 0)
            throw Refuse(ImportCheck.PickleStack, "the pickle puts a key without a value into a dictionary");
        for (int i = 0; i < items.Length; i += 2)
            dictionary[Key(items[i])] = items[i + 1];
    }

    private string Key(object? key) => key switch
    {
        string text => text,
        long number => number.ToString(CultureInfo.InvariantCulture),
        _ => throw Refuse(ImportCheck.PickleValue, $"the key of a dictionary is {Describe(key)}"),
    };

    private object ReadInteger(int length) => Narrow(new BigInteger(source.ReadBytes(length, MaxIntegerBytes, "an integer")));

    /// <summary>Protocol 0 writes booleans as the integers 00 and 01, and long ones with an L.</summary>
    private object ParseInteger(string digits) => digits switch
    {
        "00" => false,
        "01" => true,
        _ when digits.Length <= MaxIntegerBytes && BigInteger.TryParse(digits.TrimEnd('L'), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) => Narrow(value),
        _ => throw Refuse(ImportCheck.Number, $"the pickle has '{digits}' where an integer belongs"),
    };

    private static object Narrow(BigInteger value) => value >= long.MinValue && value <= long.MaxValue ? (object)(long)value : value;

    private double ParseNumber(string digits) => double.TryParse(digits, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) ? value
        : throw Refuse(ImportCheck.Number, $"the pickle has '{digits}' where a number belongs");

    private uint ParseNumberOfMemo(string digits) => uint.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out uint value) ? value
        : throw Refuse(ImportCheck.PickleMemo, $"the pickle has '{digits}' where the number of a remembered value belongs");

    private string Unquote(string text) => text.Length >= 2 && text[0] == text[^1] && text[0] is '\'' or '"' ? text[1..^1]
        : throw Refuse(ImportCheck.PickleValue, "the pickle has a text without quotes");

    private void RefuseProtocol(byte protocol)
    {
        if (protocol > MaxProtocol)
            throw Refuse(ImportCheck.Version, $"the pickle is of protocol {protocol}, and {MaxProtocol} is the last that is known");
    }

    private string ReadLine(string what) => source.ReadLine(MaxTextBytes, what);

    private string ReadText(long length) => source.ReadText(length, MaxTextBytes, "a text");

    private byte[] ReadBytes(long length) => source.ReadBytes(length, MaxTextBytes, "bytes");

    private ImportException Refuse(ImportCheck check, string reason) => source.File.Refuse(check, reason);
}
