using System.Text.RegularExpressions;
using Holdfast.Lab;
using Holdfast.Tests.Repository;

namespace Holdfast.Packaging.Tests;

/// <summary>The commands of docs/tasks/install-and-upgrade.md, in their order, on one machine.</summary>
/// <remarks>
/// A block of kind "sh" is run; a comment behind a command is text that its output must contain. Blocks without a kind
/// are for a person, and are covered by other tests.
/// </remarks>
public sealed partial class TaskPageTests(Packages packages) : IDisposable
{
    private readonly Lab.Lab _lab = Lab.Lab.Create();

    [Fact]
    public void Page_EveryCommand_DoesWhatThePageSays()
    {
        LabNode node = _lab.AddNode("node");
        _lab.AddSegment().Attach(node, "192.0.2.1/24");
        using Machine machine = Machine.Boot(node, packages.SharedDirectory);
        string[] commands = [.. Block().Matches(
            File.ReadAllText(Path.Combine(RepositoryRoot.Path, "docs/tasks/install-and-upgrade.md")))
            .SelectMany(static block => block.Groups[1].Value.Split('\n', StringSplitOptions.RemoveEmptyEntries))];

        Assert.True(commands.Length >= 15);
        foreach (string command in commands)
        {
            Match expectation = Expectation().Match(command);
            string output = machine.Do(command);
            if (expectation.Success)
            {
                Assert.True(
                    output.Contains(expectation.Groups[1].Value, StringComparison.Ordinal), $"{command}\n{output}");
            }
        }
    }

    public void Dispose() => _lab.Dispose();

    [GeneratedRegex(@"^```sh\n(.*?)^```$", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Block();

    [GeneratedRegex(@" {2,}# (.+)$")]
    private static partial Regex Expectation();
}
