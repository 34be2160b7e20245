using Holdfast.Tests.Repository;

namespace Holdfast.Health.Tests.Documents;

public sealed class HealthTableTests
{
    [Fact]
    public void Document_IsWhatTheMachinesDo()
    {
        string path = Path.Combine(RepositoryRoot.Path, "docs", "health-machine.md");
        string expected = HealthTable.Write();
        if (Environment.GetEnvironmentVariable("HOLDFAST_UPDATE_DOCS") == "1")
        {
            File.WriteAllText(path, expected);
        }
        Assert.Equal(expected, File.ReadAllText(path));
    }
}
