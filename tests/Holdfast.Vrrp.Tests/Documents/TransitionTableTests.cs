namespace Holdfast.Vrrp.Tests.Documents;

public sealed class TransitionTableTests
{
    [Fact]
    public void Document_IsWhatTheMachineDoes()
    {
        string path = Path.Combine(Root(), "docs", "vrrp-machine.md");
        string expected = TransitionTable.Write();
        if (Environment.GetEnvironmentVariable("HOLDFAST_UPDATE_DOCS") == "1")
        {
            File.WriteAllText(path, expected);
        }

        Assert.Equal(expected, File.ReadAllText(path));
    }

    private static string Root()
    {
        string directory = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(directory, "Holdfast.slnx")))
        {
            directory = Path.GetDirectoryName(directory)!;
        }
        return directory;
    }
}
