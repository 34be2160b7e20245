using static Holdfast.Runtime.Tests.Checks.Process.ProcessBed;

namespace Holdfast.Runtime.Tests.Checks.Process;

/// <summary>FIFO and scripts of virtual servers, told by the process.</summary>
public sealed class ServiceNotifierTests
{
    private const string Name = "[10.9.9.9]:tcp:80";

    [Fact]
    public void Servers_GoReturnAndStop_FifoAndScriptsHearOfIt() => Run(static bed =>
    {
        using var fifo = new LineReader(bed.In("fifo"));
        string script = Script(bed);
        int a = bed.Listen(), b = bed.Listen();
        bed.Start(Global(bed) + Service(
            $"omega\nquorum_up \"{script} gained\" root\nquorum_down \"{script} lost\" root\n"
            + Server(a, $"notify_up \"{script} up {a}\" root\nnotify_down \"{script} down {a}\" root")
            + Server(b, $"notify_down \"{script} down {b}\" root")));
        Assert.Equal($"VS {Name} UP", fifo.Next());
        bed.Close(a);
        Assert.Equal($"RS [127.0.0.1]:tcp:{a} {Name} DOWN", fifo.Next());
        bed.Listen(a);
        Assert.Equal($"RS [127.0.0.1]:tcp:{a} {Name} UP", fifo.Next());
        bed.Stop();
        Assert.Equal($"RS [127.0.0.1]:tcp:{a} {Name} DOWN", fifo.Next());
        Assert.Equal($"RS [127.0.0.1]:tcp:{b} {Name} DOWN", fifo.Next());
        Assert.Equal($"VS {Name} DOWN", fifo.Next());
        // The process has ended, and yet the last script has begun.
        AwaitLines(bed, $"down {a}", $"down {a}", $"down {b}", "gained", "lost", $"up {a}");
        bed.AwaitLog($"Removing service [127.0.0.1]:tcp:{a} from VS {Name}");
        bed.AwaitLog($"Shutting down service [127.0.0.1]:tcp:{b} from VS {Name}");
    });

    [Fact]
    public void Reload_WhatLeaves_IsToldByTheOldConfiguration() => Run(static bed =>
    {
        using var fifo = new LineReader(bed.In("fifo"));
        string script = Script(bed);
        int a = bed.Listen(), b = bed.Listen();
        string kept = Server(b);
        bed.Start(Global(bed) + Service(Server(a, $"notify_down \"{script} down {a}\" root") + kept)
            + Service(Server(b), "10.9.9.8 80"));
        Assert.Equal($"VS {Name} UP", fifo.Next());
        Assert.Equal("VS [10.9.9.8]:tcp:80 UP", fifo.Next());
        bed.Reload(Global(bed) + Service(kept));
        Assert.Equal($"RS [127.0.0.1]:tcp:{a} {Name} DOWN", fifo.Next());
        Assert.Equal($"RS [127.0.0.1]:tcp:{b} [10.9.9.8]:tcp:80 DOWN", fifo.Next());
        Assert.Equal("VS [10.9.9.8]:tcp:80 DOWN", fifo.Next());
        AwaitLines(bed, $"down {a}");
        bed.AwaitLog("Removing Virtual Server [10.9.9.8]:tcp:80");
        bed.Stop(); // without omega nothing more is told
        Assert.Equal([$"down {a}"], Lines(bed));
    });

    [Fact]
    public void Continuation_TellsOnlyWhatChanges() => Run(static bed =>
    {
        int a = bed.Listen(), b = bed.Listen();
        bed.Close(b);
        string text = Global(bed) + Service($"alpha\n{Server(a)}{Server(b)}");
        bed.Start(text, hasHeir: true);
        bed.AwaitPlane($"TCP 10.9.9.9:80: 127.0.0.1:{a}=1");
        bed.Abandon();
        using var fifo = new LineReader(bed.In("fifo"));
        bed.Start(text, continues: true, hasHeir: true);
        bed.Listen(b);
        Assert.Equal($"RS [127.0.0.1]:tcp:{b} {Name} UP", fifo.Next()); // and nothing of what was known before
    });

    private static string Global(ProcessBed bed)
        => $"global_defs {{\nlvs_notify_fifo {bed.In("fifo")} root\n}}\n";

    private static string Script(ProcessBed bed)
    {
        string path = bed.In("notify");
        File.WriteAllText(path, $"echo \"$@\" >> {bed.In("lines")}\n");
        return $"/bin/sh {path}";
    }

    private static string[] Lines(ProcessBed bed) => File.Exists(bed.In("lines"))
        ? [.. File.ReadAllLines(bed.In("lines")).Order(StringComparer.Ordinal)] : [];

    private static void AwaitLines(ProcessBed bed, params string[] lines)
        => Await(() => string.Join(", ", Lines(bed)), string.Join(", ", lines.Order(StringComparer.Ordinal)));
}
