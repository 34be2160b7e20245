using Holdfast.Config.Nginx;
using Holdfast.Config.Nginx.Schema;
using Holdfast.Tests.Repository;

namespace Holdfast.Config.Tests.Nginx;

/// <summary>The table of directives and its documentation.</summary>
public sealed class DirectiveTableTests(ITestOutputHelper output)
{
    [Fact]
    public void Documentation_Generated_IsUpToDate()
    {
        string path = Path.Combine(RepositoryRoot.Path, "docs", "nginx.md");
        string expected = DirectiveReference.Write();
        if (Environment.GetEnvironmentVariable("HOLDFAST_UPDATE_DOCS") == "1")
        {
            File.WriteAllText(path, expected);
        }
        Assert.Equal(expected, File.ReadAllText(path));
    }

    [Fact]
    public void Table_OfAllModules_HasEachDirectiveOfAModuleOnce()
    {
        (int done, int all) = DirectiveReference.Count();
        output.WriteLine($"{done} done of {all}");
        Assert.True(all > 900 && done > 0);
        Assert.All(DirectiveTable.All.Where(static d => !d.IsNotFree).GroupBy(static d => (d.Module, d.Name)),
            static same => Assert.Equal(same.Count(), same.Select(static d => d.Contexts).Distinct().Count()));
    }

    [Fact]
    public void Table_HasEveryDirectiveThatIsSaidToBeDone()
    {
        HashSet<string> known = [.. DirectiveTable.All.Where(static d => d.Support == SupportClass.Done)
            .Select(static d => $"{d.Module}/{d.Name}")];
        Assert.All(CarriedOut.All,
            row => Assert.Contains(row[(row.IndexOf('/', StringComparison.Ordinal) + 1)..], known));
    }

    [Fact]
    public void Directive_InAContext_IsOne()
    {
        for (int bit = 0; bit < 14; bit++)
        {
            var place = (NginxContexts)(1 << bit);
            Assert.All(
                DirectiveTable.All.Where(d => (d.Contexts & place) != 0).GroupBy(static d => d.Name),
                same => Assert.True(same.Count() == 1, $"{same.Key} in {place}"));
        }
    }

    [Theory]
    [InlineData("proxy_pas", "proxy_pass")]
    [InlineData("try_file", "try_files")]
    [InlineData("roott", "root")]
    public void Nearest_OfATypingMistake_IsTheDirective(string word, string directive)
        => Assert.Equal(directive, DirectiveTable.Nearest(word, NginxContexts.Location));
}
