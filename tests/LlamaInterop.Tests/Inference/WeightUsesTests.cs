using LlamaInterop.Compute;
using LlamaInterop.Inference;
using LlamaInterop.Native;
using static LlamaInterop.Tests.Compute.GraphSamples;

namespace LlamaInterop.Tests.Inference;

/// <summary>Which weights may lie in panels, and in which order they are read.</summary>
internal sealed class WeightUsesTests
{
    private Graph _graph = NewGraph();

    [SetUp]
    public void Empty() => _graph = NewGraph();

    [Test]
    public void ProductsAndTiedTablesSuitPanels()
    {
        Tensor table = Weight("table", LkType.Q8_0, 64, 33), square = Weight("square", LkType.Q8_0, 64, 64);
        Tensor x = _graph.GetRows("x", table, Tokens());
        _graph.MatMul("head", table, _graph.MatMul("y", square, x));
        Assert.That(Suits(table, square), Is.EqualTo(new[] { true, true }));
    }

    [Test]
    public void NormsStayAndSoDoTablesOfWhichAStepReadsAFewRows()
    {
        Tensor table = Weight("table", LkType.Q8_0, 64, 32), norm = Weight("norm", LkType.F32, 64);
        _graph.Mul("y", _graph.GetRows("x", table, Tokens()), norm);
        Assert.That(Suits(table, norm), Is.EqualTo(new[] { false, false }));
    }

    [Test]
    public void MatrixThatAnotherOpReadsTooStays()
    {
        Tensor matrix = Weight("matrix", LkType.F32, 64, 64);
        Tensor x = Input(64, 64);
        _graph.Add("z", _graph.MatMul("y", matrix, x), matrix);
        Assert.That(Suits(matrix), Is.EqualTo(new[] { false }));
    }

    [Test]
    public void BiasThatIsAMatrixsSourceStays()
    {
        Tensor matrix = Weight("matrix", LkType.F32, 64, 32), bias = Weight("bias", LkType.F32, 32, 32);
        _graph.MatMul("y", matrix, Input(64, 4));
        _graph.Ops[^1].Sources[2] = bias;
        Assert.That(Suits(matrix, bias), Is.EqualTo(new[] { true, false }));
    }

    [TestCase(15, false)]
    [TestCase(16, true)]
    [TestCase(17, true)]
    public void PanelsNeedAGroupOfRows(int rows, bool suits)
    {
        Tensor matrix = Weight("matrix", LkType.F32, 8, rows);
        _graph.MatMul("y", matrix, Input(8, 4));
        Assert.That(Suits(matrix), Is.EqualTo(new[] { suits }));
    }

    [Test]
    public void MatrixReadThroughAViewStays()
    {
        Tensor columns = Weight("columns", LkType.F32, 8, 32), planes = Weight("planes", LkType.F32, 8, 32);
        _graph.MatMul("y", columns.Columns(0, 4), Input(4, 4));
        _graph.MatMul("z", planes.SplitRows(2, 4, 0, 4), Input(4, 4));
        Assert.That(Suits(columns, planes), Is.EqualTo(new[] { false, false }));
    }

    [Test]
    public void OrderIsThatOfReading()
    {
        Tensor first = Weight("first", LkType.F32, 16, 16), second = Weight("second", LkType.F32, 16, 16), norm = Weight("norm", LkType.F32, 16);
        Tensor x = _graph.MatMul("a", first, Input(16, 4));
        x = _graph.MatMul("b", second, _graph.Mul("n", x, norm));
        _graph.MatMul("c", first, x);
        Assert.That(new WeightUses([_graph, _graph]).InOrder, Is.EqualTo(new[] { first, norm, second }));
    }

    private bool[] Suits(params Tensor[] weights)
    {
        var uses = new WeightUses([_graph]);
        return Array.ConvertAll(weights, uses.SuitsPanels);
    }

    private static Tensor Tokens() => new("tokens", TensorKind.Input, LkType.I32, [4], LkArgument.TOKENS);

    private static Tensor Input(long width, long rows) => new("x", TensorKind.Input, LkType.F32, [width, rows]);
}
