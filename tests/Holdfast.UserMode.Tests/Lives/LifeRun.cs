using System.Globalization;
using System.Runtime.InteropServices;
using Holdfast.Lab.UserMode;
using Holdfast.Tests.Repository;

namespace Holdfast.UserMode.Tests.Lives;

/// <summary>One boot of user-mode Linux for all lives. HOLDFAST_SEED=n tries others than the usual ones.</summary>
public sealed class LifeRun : IDisposable
{
    /// <summary>Lives, each with two configurations.</summary>
    internal const int Count = 16;

    private const string Original = "/usr/sbin/keepalived";
    private const int Lanes = 6;
    private readonly string _directory = Directory.CreateTempSubdirectory("holdfast-lives-").FullName;

    public LifeRun()
    {
        if (!File.Exists(Original))
        {
            throw new InvalidOperationException($"{Original} is missing: install the package keepalived");
        }
        int first = int.Parse(Environment.GetEnvironmentVariable("HOLDFAST_SEED") ?? "0", CultureInfo.InvariantCulture);
        Lives = [.. Enumerable.Range(first, Count).Select(static seed => new LifeGenerator(seed).Generate())];
        for (int i = 0; i < Count; i++)
        {
            string life = Directory.CreateDirectory(PathOf(i)).FullName;
            File.WriteAllText(Path.Combine(life, "script"), Lives[i].Script);
            for (int file = 0; file < Lives[i].Files.Count; file++)
            {
                File.WriteAllText(Path.Combine(life, $"{file.ToString(CultureInfo.InvariantCulture)}.conf"),
                    Lives[i].Files[file]);
            }
        }
        // The host may end the guest without a word (see Script); such an end says nothing of ours, so once more.
        Kernel = Boot();
        Kernel = Kernel.HasEnded ? Kernel : Boot();
    }

    /// <summary>The lives, in the order of their numbers.</summary>
    internal IReadOnlyList<Life> Lives { get; }

    /// <summary>What became of the boot.</summary>
    internal UserModeResult Kernel { get; }

    // HOLDFAST_OTHER names another program than ours: the original, for a look at the harness itself.
    private static string Script
    {
        get
        {
            string guest = Path.Combine(RepositoryRoot.Path, "tests", "Holdfast.IpvsGuest", "bin", "Release",
                "net10.0", "Holdfast.IpvsGuest");
            string runtime = Path.GetFullPath(
                Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));
            string ours = Environment.GetEnvironmentVariable("HOLDFAST_OTHER")
                ?? Path.Combine(RepositoryRoot.Path, "out", "keepalived");
            // Each page of a process in the guest may be a mapping of the host's, which allows 65,530 for a process:
            // more than 256 MB kill it, so the heap is kept small.
            return $$"""
                export DOTNET_ROOT={{runtime}} DOTNET_EnableDiagnostics=0 DOTNET_TieredPGO=0 DOTNET_gcConcurrent=0
                export DOTNET_GCgen0size=0x800000 DOTNET_GCHeapHardLimit=0x6000000
                {{guest}} lives /mnt/lives {{Original}} {{ours}} {{Lanes}} >/mnt/guest.log 2>&1
                """;
        }
    }

    private UserModeResult Boot() => UserModeKernel.Run(new()
    {
        Script = Script,
        Directory = _directory,
        Modules = UserModeJob.IpvsModules,
        Limit = TimeSpan.FromMinutes(5),
        MemoryMebibytes = 1536,
    });

    /// <summary>What the guest wrote of a life.</summary>
    internal string ReportOf(int index)
    {
        string path = Path.Combine(PathOf(index), "report");
        return File.Exists(path) ? File.ReadAllText(path)
            : $"no report; the guest says:\n{Read("guest.log")}\nthe console says:\n{Kernel.Console}";
    }

    /// <summary>Everything that helps to find out about a failure.</summary>
    internal string StoryOf(int index) => string.Join('\n', ReportOf(index), "--- the life", Lives[index].Script,
        "--- the configuration", Lives[index].Files[0], "--- the original's log", Log(index, "original.log"),
        "--- our log", Log(index, "ours.log"));

    /// <inheritdoc/>
    public void Dispose()
    {
        if (Environment.GetEnvironmentVariable("HOLDFAST_KEEP_FILES") is null)
        {
            Directory.Delete(_directory, recursive: true);
        }
    }

    private string PathOf(int index)
        => Path.Combine(_directory, "lives", index.ToString("D2", CultureInfo.InvariantCulture));

    private string Log(int index, string name)
        => Read(Path.Combine("lives", index.ToString("D2", CultureInfo.InvariantCulture), name));

    private string Read(string name)
    {
        string path = Path.Combine(_directory, name);
        return File.Exists(path) ? File.ReadAllText(path) : "(none)";
    }
}
