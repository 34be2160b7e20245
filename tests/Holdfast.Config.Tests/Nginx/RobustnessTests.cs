using Holdfast.Config.Nginx;
using Holdfast.Config.Nginx.Syntax;
using Holdfast.Config.Tests.Nginx.Original;
using Holdfast.Config.Text;
using Holdfast.Primitives;

namespace Holdfast.Config.Tests.Nginx;

/// <summary>Any text is read without a fault, and what is said of it lies inside it.</summary>
public sealed class RobustnessTests
{
    private const string Path = "/n/nginx.conf";
    private const string Pieces = " \t\r\n;;{{}}\"'\\$#~*@=^()/.:[]-+%0123456789abcxyzkmgs";

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Text_Any_IsReadWithoutAFault(int seed)
    {
        var random = new Random(seed);
        for (int i = 0; i < 400; i++)
        {
            Check(string.Concat(Enumerable.Range(0, random.Next(200)).Select(
                _ => random.Next(20) == 0 ? (char)random.Next(0x1_0000) : Pieces[random.Next(Pieces.Length)])));
        }
    }

    [Theory]
    [InlineData(4)]
    [InlineData(5)]
    public void Text_ChangedALittle_IsReadWithoutAFault(int seed)
    {
        var random = new Random(seed);
        NginxCase[] cases = [.. NginxCases.Read(NginxCases.Right), .. NginxCases.Read(NginxCases.Wrong)];
        foreach (NginxCase from in cases)
        {
            for (int i = 0; i < 6; i++)
            {
                int at = random.Next(from.Text.Length);
                int length = random.Next(Math.Min(8, from.Text.Length - at));
                string piece = random.Next(3) == 0 ? "" : Pieces[random.Next(Pieces.Length)].ToString();
                Check(string.Concat(from.Text.AsSpan(0, at), piece, from.Text.AsSpan(at + length)));
            }
        }
    }

    [Fact]
    public void Result_ParsedAgainFromItsSnapshot_IsTheSame()
    {
        foreach (NginxCase one in NginxCases.Read(NginxCases.Wrong))
        {
            NginxParseResult first = NginxParser.Parse(Path, MemoryConfigFiles.Of(Path, one.Text));
            NginxParseResult again = NginxParser.Parse(Path, first.Snapshot);
            Assert.Equal(first.OriginalLines, again.OriginalLines);
        }
    }

    [Fact]
    public void Include_OfItself_EndsWithAnError()
    {
        NginxParseResult result = NginxParser.Parse(Path, MemoryConfigFiles.Of(Path, "include nginx.conf;\n"));
        Assert.Contains(result.Diagnostics, static d => d.Code == "NX0002");
    }

    private static void Check(string text)
    {
        NginxParseResult result = NginxParser.Parse(Path, MemoryConfigFiles.Of(Path, text));
        int lines = text.Count(static c => c == '\n') + 1;
        Assert.All(result.Diagnostics, d => Inside(d.Span, lines));
        foreach (NginxDirective directive in result.Directives)
        {
            Inside(directive.Span, lines);
        }
        // What the original would write has an error exactly when there is one.
        Assert.Equal(result.HasErrors, result.OriginalLines.Any(
            static l => l.StartsWith("[emerg]", StringComparison.Ordinal)));
    }

    private static void Inside(SourceSpan span, int lines)
        => Assert.True(span.File == Path && span.Line >= 1 && span.Line <= lines && span.Column >= 1, span.ToString());
}
