using LlamaInterop.Bindgen;

namespace LlamaInterop.Tests.Bindgen;

internal sealed class HeaderRulesTests
{
    private static readonly CType Int = new(TypeKind.FixedWidth, "int32_t");
    private static readonly CType Void = new(TypeKind.Void, "void");
    private static readonly CType Record = new(TypeKind.Record, "lk_in");
    private static readonly CType Enumeration = new(TypeKind.Enum, "lk_kind");
    private static readonly CFunction Version = new("lk_abi_version", 1, Int, [], IsVariadic: false, IsInline: false);

    [Test]
    public void AcceptsWhatTheBindingsCarry()
    {
        var header = new HeaderModel(
            [Version, Function("lk_open", Enumeration, PointerTo(Record), PointerTo(PointerTo(Record)), PointerTo(new(TypeKind.Char, "char")))],
            [
                new("lk_handle", 2, IsUnion: false, IsOpaque: true, []),
                new("lk_in", 3, IsUnion: false, IsOpaque: false,
                    [new("a", Int), new("p", PointerTo(Void)), new("e", Enumeration), new("array", ArrayOf(Int))]),
                new("lk_out", 4, IsUnion: false, IsOpaque: false, [new("in", Record), new("callback", PointerTo(new(TypeKind.Function, "function")))]),
            ],
            [new("lk_kind", 5)],
            []);
        Assert.That(HeaderRules.Refusals(header), Is.Empty);
    }

    [Test]
    public void RefusesHeaderWithoutFunctions() =>
        Assert.That(HeaderRules.Refusals(new([], [], [], [])), Is.EqualTo(["the header declares no function"]));

    [Test]
    public void RefusesFirstFunctionThatNeedsMoreThanNumbers()
    {
        var header = new HeaderModel([Function("lk_open", Int, PointerTo(Record))], [], [], []);
        Assert.That(HeaderRules.Refusals(header), Has.Count.EqualTo(1).And.Some.Contains("lk_open: the first function"));
    }

    [Test]
    public void RefusesVariadicFunction() =>
        Assert.That(RefusalOf(Function("lk_log", Void) with { IsVariadic = true }), Is.EqualTo("line 7: lk_log: a variadic function"));

    [Test]
    public void RefusesInlineFunction() =>
        Assert.That(RefusalOf(Function("lk_two", Int) with { IsInline = true }), Is.EqualTo("line 7: lk_two: an inline function"));

    [Test]
    public void RefusesReturnedStruct() =>
        Assert.That(RefusalOf(Function("lk_get", Record)), Is.EqualTo("line 7: lk_get: returns the struct lk_in by value"));

    private static IEnumerable<TestCaseData> WrongParameters() =>
    [
        new(ArrayOf(new(TypeKind.FixedWidth, "float")), "an array"),
        new(Record, "the struct lk_in by value"),
        new(new CType(TypeKind.Union, "lk_either"), "the union lk_either"),
        new(new CType(TypeKind.OtherNumber, "long"), "long, which is no type of fixed width"),
        new(new CType(TypeKind.Char, "char"), "char, which is no type of fixed width"),
        new(PointerTo(new(TypeKind.OtherNumber, "size_t")), "a pointer to size_t, which is no type of fixed width"),
        new(PointerTo(PointerTo(new(TypeKind.OtherNumber, "bool"))), "a pointer to bool, which is no type of fixed width"),
        new(new CType(TypeKind.Unknown, "_Complex"), "_Complex, which has no counterpart in C#"),
    ];

    [TestCaseSource(nameof(WrongParameters))]
    public void RefusesParameter(object type, string reason) =>
        Assert.That(RefusalOf(Function("lk_put", Void, (CType)type)), Is.EqualTo($"line 7: lk_put: parameter p0 is {reason}"));

    private static IEnumerable<TestCaseData> WrongFields() =>
    [
        new(ArrayOf(PointerTo(Void)), "an array of pointers"),
        new(ArrayOf(PointerTo(new(TypeKind.Function, "function"))), "an array of pointers"),
        new(ArrayOf(Record), "an array of structs"),
        new(ArrayOf(Enumeration), "an array of enums"),
        new(ArrayOf(new(TypeKind.Union, "lk_either")), "an array of unions"),
        new(ArrayOf(ArrayOf(Int)), "an array of arrays"),
        new(ArrayOf(new(TypeKind.Char, "char")), "an array of char"),
        new(new CType(TypeKind.Record, ""), "a struct without a name"),
        new(new CType(TypeKind.Enum, ""), "an enum without a name"),
        new(new CType(TypeKind.OtherNumber, "long"), "long, which is no type of fixed width"),
        new(new CType(TypeKind.Union, "lk_either"), "the union lk_either"),
    ];

    [TestCaseSource(nameof(WrongFields))]
    public void RefusesField(object type, string reason) =>
        Assert.That(RefusalOf(new CMember("f", (CType)type)), Is.EqualTo($"line 8: lk_in.f is {reason}"));

    [Test]
    public void RefusesBitField() =>
        Assert.That(RefusalOf(new CMember("f", Int, IsBitField: true)), Is.EqualTo("line 8: lk_in.f is a bit-field"));

    [Test]
    public void RefusesUnion()
    {
        var header = new HeaderModel([Version], [new("lk_either", 8, IsUnion: true, IsOpaque: false, [])], [], []);
        Assert.That(HeaderRules.Refusals(header), Is.EqualTo(["line 8: lk_either: a union"]));
    }

    [Test]
    public void RefusesEnumWithoutName() =>
        Assert.That(HeaderRules.Refusals(new([Version], [], [new("", 9)], [])), Is.EqualTo(["line 9: an enum without a name"]));

    [Test]
    public void RefusesGlobalVariable() =>
        Assert.That(HeaderRules.Refusals(new([Version], [], [], [new("lk_counter", 6)])), Is.EqualTo(["line 6: lk_counter: a global variable"]));

    [Test]
    public void GivesEachFaultALine()
    {
        var header = new HeaderModel(
            [Version, Function("lk_log", Void, Record) with { IsVariadic = true, IsInline = true }], [], [new("", 9)], [new("lk_counter", 6)]);
        Assert.That(HeaderRules.Refusals(header), Has.Count.EqualTo(5).And.All.Not.Contains("\n"));
    }

    private static string RefusalOf(CFunction function) => HeaderRules.Refusals(new([Version, function], [], [], [])).Single();

    private static string RefusalOf(CMember field) =>
        HeaderRules.Refusals(new([Version], [new("lk_in", 8, IsUnion: false, IsOpaque: false, [field])], [], [])).Single();

    private static CFunction Function(string name, CType returnType, params CType[] parameters) =>
        new(name, 7, returnType, [.. parameters.Select((type, i) => new CMember($"p{i}", type))], IsVariadic: false, IsInline: false);

    private static CType PointerTo(CType type) => new(TypeKind.Pointer, "pointer", type);

    private static CType ArrayOf(CType type) => new(TypeKind.Array, "array", type);
}
