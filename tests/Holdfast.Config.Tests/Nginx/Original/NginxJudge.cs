using System.Collections.Immutable;
using Holdfast.Config.Nginx;
using Holdfast.Config.Text;
using Holdfast.Tests.Repository;

namespace Holdfast.Config.Tests.Nginx.Original;

/// <summary>One configuration that both sides read.</summary>
/// <param name="Name">What it is about.</param>
/// <param name="Text">nginx.conf.</param>
/// <param name="Others">Files beside it, by name.</param>
internal sealed record NginxCase(string Name, string Text, params (string Name, string Text)[] Others);

/// <summary>What both sides said of a configuration: their lines up to the first error.</summary>
/// <param name="Case">The configuration.</param>
/// <param name="Theirs">Of the original, without "nginx: ".</param>
/// <param name="Ours">Ours.</param>
internal sealed record NginxVerdicts(NginxCase Case, string[] Theirs, string[] Ours)
{
    /// <summary>Whether they are the same.</summary>
    internal bool Agree => Theirs.SequenceEqual(Ours);

    public override string ToString() => $"""
        {Case.Name}
          nginx:    {string.Join("\n            ", Theirs)}
          holdfast: {string.Join("\n            ", Ours)}
        """;
}

/// <summary>Gives files to the real nginx and to our parser.</summary>
internal static class NginxJudge
{
    internal static IReadOnlyList<NginxVerdicts> Judge(IReadOnlyList<NginxCase> cases)
    {
        DirectoryInfo all = Directory.CreateTempSubdirectory("hf-nginx-t");
        try
        {
            string[] directories = [.. cases.Select((_, i) => Path.Combine(all.FullName, $"c{i}"))];
            for (int i = 0; i < cases.Count; i++)
            {
                Directory.CreateDirectory(directories[i]);
                foreach ((string name, string text) in cases[i].Others.Prepend(("nginx.conf", cases[i].Text)))
                {
                    File.WriteAllText(Path.Combine(directories[i], name), text);
                }
            }
            IReadOnlyList<string[]> said = OriginalNginxCheck.Run(directories);
            return [.. cases.Select((c, i) => new NginxVerdicts(c,
                [.. said[i].Where(static l => l.StartsWith("nginx: [", StringComparison.Ordinal))
                    .Select(l => l[7..].Replace(directories[i], "DIR", StringComparison.Ordinal))],
                [.. Ours(c, directories[i]).Select(
                    l => l.Replace(directories[i], "DIR", StringComparison.Ordinal))]))];
        }
        finally
        {
            all.Delete(recursive: true);
        }
    }

    private static ImmutableArray<string> Ours(NginxCase configuration, string directory)
    {
        string path = Path.Combine(directory, "nginx.conf");
        var files = MemoryConfigFiles.Of(path, configuration.Text);
        foreach ((string name, string text) in configuration.Others)
        {
            files.Add(Path.Combine(directory, name), text);
        }
        return NginxParser.Parse(path, files, new NginxParseOptions
        {
            Prefix = directory + "/",
            GlobalDirectives = OriginalNginxCheck.GlobalDirectives,
            AcceptLoss = true,
            Resolves = static _ => false, // the original has no network there
        }).OriginalLines;
    }
}
