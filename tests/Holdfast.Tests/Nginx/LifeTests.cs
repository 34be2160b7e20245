using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Processes;

namespace Holdfast.Tests.Nginx;

/// <summary>The life of a master, beside the real nginx: exit codes, pid file, signals, lines of the log.</summary>
public sealed class LifeTests
{
    private const string Good = "events {}\n";

    [Fact]
    public void Reloads_Crashes_AndAGracefulEnd_AreToldAsByTheOriginal()
        => Assert.Equal(Live(isOriginal: true), Live(isOriginal: false));

    [Fact]
    public void AnotherBinary_BeginsAndEnds_AsOfTheOriginal()
        => Assert.Equal(Upgrade(isOriginal: true), Upgrade(isOriginal: false));

    [Theory]
    [InlineData("stop")]
    [InlineData("quit")]
    public void CommandLine_SignalsAndForeground_EndAsTheOriginalDoes(string how)
        => Assert.Equal(Foreground(isOriginal: true, how), Foreground(isOriginal: false, how));

    [Theory]
    [InlineData("events {}\nevnts {}\n", "")]
    [InlineData("events {}\nerror_log nowhere/error.log;\n", "")]
    [InlineData("events {}\n", "daemon off; pid nowhere/pid;")]
    [InlineData("user nobody-of-that-name;\nevents {}\n", "")]
    [InlineData("user root nobody-of-that-name;\nevents {}\n", "")]
    public void Start_OfWhatCannotRun_FailsAsTheOriginal(string text, string directives)
    {
        using var original = new MasterUnderTest(isOriginal: true);
        using var ours = new MasterUnderTest(isOriginal: false);
        Assert.Equal(Start(original), Start(ours));

        (int Code, string Error) Start(MasterUnderTest master)
        {
            File.WriteAllText(master.In("nginx.conf"), text);
            (int code, string error) = master.Run("-g", directives.Length == 0 ? "pid run.pid;" : directives);
            return (code, error.Replace(master.Root, "@", StringComparison.Ordinal));
        }
    }

    [Fact]
    public void Ports_ThatAreTaken_AreTriedAsByTheOriginal()
        => Assert.Equal(Busy(isOriginal: true), Busy(isOriginal: false));

    [Fact]
    public void Syslog_GetsTheLinesThatTheOriginalSends()
        => Assert.Equal(ToSyslog(isOriginal: true), ToSyslog(isOriginal: false));

    private static string[] ToSyslog(bool isOriginal)
    {
        using var master = new MasterUnderTest(isOriginal);
        using var server = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified)
        {
            ReceiveTimeout = 30_000,
        };
        server.Bind(new UnixDomainSocketEndPoint(master.In("syslog")));
        File.WriteAllText(master.In("nginx.conf"), $"pid {master.In("pid")};\nevents {{}}\n"
            + $"error_log syslog:server=unix:{master.In("syslog")},nohostname,facility=local3,tag=web info;\n");
        Assert.Equal((0, ""), master.Run());
        List<string> told = [Next("start worker process ")];
        master.Signal(Signal.SIGTERM);
        told.Add(Next("(SIGTERM)"));
        master.Until(() => !File.Exists(master.In("pid")), "the pid file goes");
        return [.. told];

        string Next(string text)
        {
            byte[] buffer = new byte[4096];
            while (true)
            {
                string line = System.Text.Encoding.UTF8.GetString(buffer, 0, server.Receive(buffer));
                if (line.Contains(text, StringComparison.Ordinal))
                {
                    // Numbers but that in front are those of processes and of the time.
                    return line[..5] + System.Text.RegularExpressions.Regex.Replace(line[5..], @"\d+", "N");
                }
            }
        }
    }

    private static string[] Busy(bool isOriginal)
    {
        using var taken = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        taken.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        taken.Listen();
        string busy = $"events {{}}\nhttp {{ server {{ listen {taken.LocalEndPoint}; }} }}\n";
        using var master = new MasterUnderTest(isOriginal);
        master.Write(busy);
        (int code, string error) = master.Run();
        Assert.False(File.Exists(master.In("pid")));

        master.Write(Good);
        Assert.Equal((0, ""), master.Run());
        master.UntilLogged("start worker process ");
        master.Write(busy);
        master.Signal(Signal.SIGHUP);
        master.UntilLogged("still could not bind()", 2);
        // What served goes on, and so does the next reload.
        master.Write(Good);
        master.Signal(Signal.SIGHUP);
        master.UntilLogged("exited with code 0");
        int pid = master.Pid;
        master.Signal(Signal.SIGQUIT);
        master.UntilLogged($"{pid}#{pid}: exit");
        return [.. new[] { $"{code}", error }.Concat(master.Story("error.log"))
            .Select(line => line.Replace($"{taken.LocalEndPoint}", "BUSY", StringComparison.Ordinal))
            .Where(static line => !line.StartsWith('?'))];
    }

    private static string[] Live(bool isOriginal)
    {
        using var master = new MasterUnderTest(isOriginal);
        master.Write(Good);
        Assert.Equal((0, ""), master.Run());
        master.UntilLogged("start worker process ");

        master.Signal(Signal.SIGHUP);
        master.UntilLogged("exited with code 0");

        File.Move(master.In("error.log"), master.In("old.log"));
        master.Signal(Signal.SIGUSR1);
        master.Until(() => File.Exists(master.In("error.log")), "another log");
        master.UntilLogged(": reopening logs", 2, "old.log");

        int before = LastWorker(master, "old.log");
        Assert.Equal(Errno.Success, OwnProcess.Kill(before, Signal.SIGKILL));
        master.UntilLogged("start worker process ");
        master.Until(() => File.Exists($"/proc/{master.LastWorker}/status"), "another process");

        master.Write("evnts {}\n");
        master.Signal(Signal.SIGHUP);
        master.UntilLogged("unknown directive");

        int pid = master.Pid;
        master.Signal(Signal.SIGQUIT);
        master.Until(() => !File.Exists(master.In("pid")), "the pid file goes");
        master.UntilLogged($"{pid}#{pid}: exit");
        return master.Story("old.log", "error.log");
    }

    private static int LastWorker(MasterUnderTest master, string log)
    {
        File.Copy(master.In(log), master.In("copy.log"));
        string line = master.Lines("copy.log").Last(static one => one.Contains(
            "start worker process ", StringComparison.Ordinal));
        File.Delete(master.In("copy.log"));
        return int.Parse(line.Split(' ')[^1], System.Globalization.CultureInfo.InvariantCulture);
    }

    private static string[] Upgrade(bool isOriginal)
    {
        using var master = new MasterUnderTest(isOriginal);
        master.Write(Good);
        Assert.Equal((0, ""), master.Run());
        int old = master.Pid;
        master.Signal(Signal.SIGUSR2);
        master.Until(() => File.Exists(master.In("pid.oldbin")) && File.Exists(master.In("pid")), "two pid files");
        master.UntilLogged("start worker process ", 2);
        Assert.NotEqual(old, master.Pid);
        Assert.Equal($"{old}\n", File.ReadAllText(master.In("pid.oldbin")));

        Assert.Equal(Errno.Success, OwnProcess.Kill(old, Signal.SIGWINCH));
        master.UntilLogged("exited with code 0");

        // It does not do: the one before takes over again.
        master.Signal(Signal.SIGQUIT);
        master.UntilLogged("new binary process");
        master.UntilLogged("start worker process ", 3);
        Assert.Equal(old, master.Pid);
        Assert.False(File.Exists(master.In("pid.oldbin")));

        master.Signal(Signal.SIGTERM);
        master.Until(() => !File.Exists(master.In("pid")), "the pid file goes");
        master.UntilLogged($"{old}#{old}: exit");
        return master.Story("error.log");
    }

    private static string[] Foreground(bool isOriginal, string how)
    {
        using var master = new MasterUnderTest(isOriginal);
        master.Write(Good);
        using Process process = master.Begin("-g", "daemon off;");
        master.Until(() => File.Exists(master.In("pid")), "a pid file");
        master.UntilLogged("start worker process ");
        master.Signal(Signal.SIGUSR2); // whoever was not put in the background ignores it
        master.UntilLogged("ignoring");
        master.Signal(Signal.SIGWINCH);
        Assert.Equal((0, ""), master.Run("-s", "reload"));
        master.UntilLogged("start worker process ", 2);
        master.UntilLogged("exited with code 0");
        Assert.Equal((0, ""), master.Run("-s", how));
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
        Assert.False(File.Exists(master.In("pid")));
        return [.. master.Story("error.log").Select(static line => line.Split(" received from")[0])];
    }
}
