namespace Holdfast.Config.Tests.Nginx.Original;

/// <summary>Files with one wrong value, or one wrong relation between directives.</summary>
public sealed class ValueParityTests(ITestOutputHelper output)
{
    [Fact]
    public void Files_WithOneMistake_GetTheOriginalsMessage() => Compare(NginxCases.Wrong);

    [Fact]
    public void Files_WithoutMistakes_AreAccepted() => Compare(NginxCases.Right);

    [Fact]
    public void FilesWithStream_GetTheOriginalsMessage() => Compare(StreamCases.Stream);

    [Fact]
    public void FilesWithMail_GetTheOriginalsMessage() => Compare(StreamCases.Mail);

    private void Compare(string cases)
    {
        IReadOnlyList<NginxVerdicts> verdicts = NginxJudge.Judge([.. NginxCases.Read(cases)]);
        List<NginxVerdicts> differ = [.. verdicts.Where(static v => !v.Agree)];
        output.WriteLine($"{verdicts.Count} files, {differ.Count} differ");
        foreach (NginxVerdicts verdict in differ)
        {
            output.WriteLine(verdict.ToString());
        }
        Assert.Empty(differ);
        Assert.True(verdicts.Count > 30);
    }
}
