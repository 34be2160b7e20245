using Holdfast.Config.HAProxy.Syntax;

namespace Holdfast.Config.Tests.HAProxy;

/// <summary>Quotes, escapes, variables: what a line's words are, and where its faults stand.</summary>
public sealed class LexerTests
{
    [Theory]
    [InlineData("a b  c", "a|b|c")]
    [InlineData("  a\tb # c", "a|b")]
    [InlineData("a#b c", "a")]
    [InlineData("\"a b\"'c d' e", "a bc d|e")]
    [InlineData("a \"\" b", "a||b")]
    [InlineData("a ''", "a|")]
    [InlineData(@"a\ b \#c \\d", @"a b|#c|\d")]
    [InlineData(@"\1 \d \.", @"\1|\d|\.")]
    [InlineData(@"'\1 \x'", @"\1 \x")]
    [InlineData(@"""\$X \"" \' \#""", "$X \" ' #")]
    [InlineData(@"\$X $X", @"\$X|$X")]
    [InlineData(@"a\nb\tc\rd", "a\nb\tc\rd")]
    [InlineData(@"\x41\x62", "Ab")]
    [InlineData("'#' \"#\"", "#|#")]
    [InlineData("\"$ONE\" \"${ONE}x\" \"${NONE}y\"", "1|1x|y")]
    [InlineData("\"${NONE-a b}\" \"${EMPTY-a}\" \"${ONE-2}\"", "a b||1")]
    [InlineData("x\"${LIST[*]}\"y", "xa|b|cy")]
    [InlineData("x \"${NONE[*]}\" y", "x|y")]
    [InlineData("\"$LIST\"", "a  b c")]
    [InlineData("'$ONE'", "$ONE")]
    [InlineData("\"$ONE$ONE\"", "11")]
    public void Split_Line_GivesWords(string line, string words)
        => Assert.Equal(words, string.Join('|', Lexer().Split(line, "f", 1).Select(static w => w.Text)));

    [Theory]
    [InlineData(" maxconn \"abc", 10, "unmatched quote")]
    [InlineData("a 'b", 3, "unmatched quote")]
    [InlineData(@"maxconn 10 \xZZ", 12, "truncated or invalid hexadecimal sequence")]
    [InlineData(@"a \x4", 3, "truncated or invalid hexadecimal sequence")]
    [InlineData("setenv A \"${B", 13, "unmatched brace in environment variable name")]
    [InlineData("a \"$-\"", 5, "forbidden first char in environment variable name")]
    [InlineData("a \"${ONE[1]}\"", 9, "bad array subscript in environment variable name, only '[*]' is supported")]
    public void Split_FaultyLine_SaysWhere(string line, int column, string message)
    {
        LineLexer lexer = Lexer();
        lexer.Split(line, "f", 1);
        Assert.Equal(new LexicalFault(column, message), lexer.Fault);
    }

    [Fact]
    public void Split_MoreThan64Words_IsAFault()
    {
        LineLexer lexer = Lexer();
        Assert.Equal(64, lexer.Split(string.Join(' ', Enumerable.Repeat("w", 64)), "f", 1).Length);
        Assert.Null(lexer.Fault);
        lexer.Split(string.Join(' ', Enumerable.Repeat("w", 65)), "f", 1);
        Assert.NotNull(lexer.Fault);
    }

    [Fact]
    public void Split_Words_KnowTheirPlaces()
    {
        Word[] words = Lexer().Split("  bind \"*:80\" ssl", "f", 7);
        Assert.Equal((7, 3, 4), (words[0].Line, words[0].Column, words[0].Length));
        Assert.Equal((8, 6), (words[1].Column, words[1].Length));
        Assert.Equal(8, words[1].At(1, 1).Column);
        Assert.Equal(16, words[2].At(1, 1).Column);
    }

    [Theory]
    [InlineData("1,2)", "1|2")]
    [InlineData(")", "")]
    [InlineData("a\\,b)", "a\\|b")]
    [InlineData("'a,b',\"c)\")", "a,b|c)")]
    [InlineData(@"\1,\\,\n)", "\\1|\\|\n")]
    [InlineData(",b)", "|b")]
    public void Arguments_InParentheses_AreSplitAgain(string text, string expected)
    {
        int at = 0;
        Assert.True(ArgumentLexer.TryRead(text, ref at, out List<Argument> arguments, out _));
        Assert.Equal(expected, string.Join('|', arguments.Select(static a => a.Text)));
        Assert.Equal(text.Length, at);
    }

    [Theory]
    [InlineData("30s", 1000, 30_000)]
    [InlineData("30", 1000, 30)]
    [InlineData("1us", 1000, 1)]
    [InlineData("1500us", 1000, 2)]
    [InlineData("2h", 1000, 7_200_000)]
    [InlineData("24d", 1000, 2_073_600_000)]
    [InlineData("90", 1_000_000, 90)]
    [InlineData("1500ms", 1_000_000, 2)]
    public void Time_WithUnit_IsRoundedUp(string text, long unit, long expected)
    {
        Assert.Equal(UnitFault.None, Units.Time(text, unit, out long value, out _));
        Assert.Equal(expected, value);
    }

    [Theory]
    [InlineData("15min", "TrailingLetters")]
    [InlineData("1.5s", "UnexpectedCharacter")]
    [InlineData("x", "UnexpectedCharacter")]
    [InlineData("", "UnexpectedCharacter")]
    [InlineData("25d", "Overflow")]
    [InlineData("99999999999999999999", "Overflow")]
    public void Time_Faulty_SaysHow(string text, string fault)
        => Assert.Equal(fault, Units.Time(text, 1000, out _, out _).ToString());

    [Theory]
    [InlineData("10k", 10_240)]
    [InlineData("2G", 2_147_483_648)]
    [InlineData("100", 100)]
    public void Size_WithSuffix_IsAPowerOf1024(string text, long expected)
    {
        Assert.True(Units.TrySize(text, out long value));
        Assert.Equal(expected, value);
    }

    [Theory]
    [InlineData("096", 96)]
    [InlineData("12abc", 12)]
    [InlineData("abc", 0)]
    [InlineData("-5", -5)]
    public void Atol_AsInC_IgnoresTheRest(string text, long expected) => Assert.Equal(expected, Units.Atol(text));

    private static LineLexer Lexer() => new(static name => name switch
    {
        "ONE" => "1",
        "EMPTY" => "",
        "LIST" => "a  b c",
        _ => null,
    });
}
