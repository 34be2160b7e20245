using Holdfast.Config.Nginx.Schema;

namespace Holdfast.Config.Tests.Nginx.Original;

/// <summary>
/// Every directive of the table with one mistake: in a wrong block, with a wrong end or a wrong number of words.
/// </summary>
public sealed class DispatchParityTests(ITestOutputHelper output)
{
    [Fact]
    public void Directives_WithOneMistake_GetTheOriginalsMessage()
        => Compare(static d => d.Family is "core" or "http", NginxPlaces.All);

    [Fact]
    public void DirectivesOfStream_WithOneMistake_GetTheOriginalsMessage()
        => Compare(static d => d.Family == "stream", NginxPlaces.OfStream);

    [Fact]
    public void DirectivesOfMail_WithOneMistake_GetTheOriginalsMessage()
        => Compare(static d => d.Family == "mail", NginxPlaces.OfMail);

    private void Compare(Func<DirectiveSpec, bool> isMeant, (NginxContexts Context, string Text)[] places)
    {
        NginxCase[] cases = [.. DirectiveTable.All.Where(d => isMeant(d) && !d.IsNotFree)
            .SelectMany(d => Cases(d, places))];
        IReadOnlyList<NginxVerdicts> verdicts = NginxJudge.Judge(cases);
        List<NginxVerdicts> differ = [.. verdicts.Where(static v => !v.Agree && !NginxDrift.Explains(v))];
        output.WriteLine($"{verdicts.Count} files, {differ.Count} differ");
        foreach (NginxVerdicts verdict in differ)
        {
            output.WriteLine(verdict.ToString());
        }
        Assert.Empty(differ);
    }

    private static IEnumerable<NginxCase> Cases(
        DirectiveSpec spec, (NginxContexts Context, string Text)[] places)
    {
        (NginxContexts _, string right) = places.FirstOrDefault(p => (p.Context & spec.Contexts) != 0);
        (NginxContexts _, string wrong) = places.FirstOrDefault(p => (p.Context & spec.Contexts) == 0);
        if (wrong is not null && DirectiveTable.Find(spec.Name, ContextOf(wrong, places)) is null)
        {
            yield return Case(spec, "in a wrong block", wrong, $"{spec.Name} a;");
        }
        if (right is null)
        {
            yield break;
        }
        int count = Enumerable.Range(0, 8).First(spec.Arguments.Allows);
        string words = string.Concat(Enumerable.Repeat(" a", count));
        if (spec.Name.Length % 2 == 0)
        {
            yield return Case(spec, "with a wrong end", right, spec.Name + words + (spec.IsBlock ? ";" : " {\n}"));
            yield break;
        }
        string end = spec.IsBlock ? " {\n}" : ";";
        int[] wrongCounts = [.. Enumerable.Range(0, 10).Where(n => !spec.Arguments.Allows(n))];
        if (wrongCounts.Length > 0)
        {
            string fewer = string.Concat(Enumerable.Repeat(" a", wrongCounts[0]));
            string more = string.Concat(Enumerable.Repeat(" a", wrongCounts[^1]));
            yield return Case(spec, "with too few words", right, spec.Name + fewer + end);
            yield return Case(spec, "with too many words", right, spec.Name + more + end);
        }
    }

    private static NginxCase Case(DirectiveSpec spec, string what, string place, string line)
        => new($"{spec.Name} {what}", place.Replace("@", line, StringComparison.Ordinal));

    private static NginxContexts ContextOf(string place, (NginxContexts Context, string Text)[] places)
        => places.First(p => p.Text == place).Context;
}
