using Holdfast.Linux.Abi;
using Holdfast.Linux.Files;

namespace Holdfast.Linux.Tests.Files;

public sealed class DirectoryMonitorTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("holdfast-monitor-");

    [Fact]
    public void Retain_OtherDirectories_AreNotWatchedAnyMore()
    {
        string left = _directory.CreateSubdirectory("left").FullName;
        string kept = _directory.CreateSubdirectory("kept").FullName;
        using var monitor = new DirectoryMonitor();
        Assert.Equal(Errno.Success, monitor.TryAdd(left));
        Assert.Equal(Errno.Success, monitor.TryAdd(kept));
        monitor.Retain(new HashSet<string> { kept });
        Assert.Equal(1, monitor.Count);
        File.WriteAllText(Path.Combine(left, "a"), "");
        File.WriteAllText(Path.Combine(kept, "b"), "");
        HashSet<string?> changed = [];
        monitor.Drain(path => changed.Add(path)); // the kernel queues before the writing returns
        Assert.Equal([Path.Combine(kept, "b")], changed);
    }

    [Fact]
    public void IsOnNetwork_LocalDirectory_IsNot() => Assert.False(FileSystems.IsOnNetwork("/proc"));

    public void Dispose() => _directory.Delete(recursive: true);
}
