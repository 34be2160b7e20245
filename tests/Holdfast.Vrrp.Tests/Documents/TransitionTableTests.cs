using Holdfast.Tests.Repository;

namespace Holdfast.Vrrp.Tests.Documents;

public sealed class TransitionTableTests
{
    [Fact]
    public void Document_IsWhatTheMachineDoes()
    {
        string path = Path.Combine(RepositoryRoot.Path, "docs", "vrrp-machine.md");
        string expected = TransitionTable.Write();
        if (Environment.GetEnvironmentVariable("HOLDFAST_UPDATE_DOCS") == "1")
        {
            File.WriteAllText(path, expected);
        }

        Assert.Equal(expected, File.ReadAllText(path));
    }
}
