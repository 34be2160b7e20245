using Holdfast.Terminal;

namespace Holdfast.Tests.Terminal;

public sealed class PageTests
{
    [Fact]
    public void Item_LongText_IsWrappedBesideItsLabel()
    {
        var page = new Page(colour: false, width: 40);

        page.Item(2, "label", 8, "one two three four five six seven eight nine");

        Assert.Equal(
            "  label   one two three four five six\n          seven eight nine\n", page.ToString());
    }

    [Fact]
    public void Item_IntoAPipe_IsOneLine()
    {
        string text = string.Join(' ', Enumerable.Repeat("word", 100));

        Assert.Equal($"a {text}\n", new Page(colour: false, width: 0).Item(0, "a", 2, text).ToString());
    }

    [Theory]
    [InlineData(false, "bad")]
    [InlineData(true, "\x1b[1;31mbad\x1b[0m")]
    public void Paint_Colour_IsUsedOnlyWhenWanted(bool colour, string expected)
        => Assert.Equal(expected, new Page(colour, 80).Paint(Tone.Bad, "bad"));

    [Fact]
    public void Columns_Cells_AreAligned()
    {
        var columns = new Columns("name", "n", "text");
        columns.Add(("a", Tone.Good), ("100", Tone.Plain), ("first", Tone.Plain));
        columns.Add(("→ long", Tone.Plain), ("1", Tone.Plain), ("second", Tone.Plain));
        var page = new Page(colour: false, width: 80);

        columns.WriteTo(page);

        Assert.Equal("NAME    N    TEXT\na       100  first\n→ long  1    second\n", page.ToString());
    }

    [Fact]
    public void Columns_ColoursAreNoPartOfTheWidth()
    {
        var columns = new Columns("name", "text");
        columns.Add(("a", Tone.Good), ("x", Tone.Plain));
        var page = new Page(colour: true, width: 80);

        columns.WriteTo(page);

        Assert.EndsWith("\x1b[32ma\x1b[0m     x\n", page.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Columns_NoRoomForTheLast_ItGoesBelow()
    {
        var columns = new Columns("name", "text");
        columns.Add((new string('n', 36), Tone.Plain), ("something that needs more room", Tone.Plain));
        var page = new Page(colour: false, width: 50);

        columns.WriteTo(page);

        Assert.EndsWith("nnn\n    something that needs more room\n", page.ToString(), StringComparison.Ordinal);
    }
}
