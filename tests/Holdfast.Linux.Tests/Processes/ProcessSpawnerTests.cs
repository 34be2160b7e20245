using System.Globalization;
using System.Text;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Epoll;
using Holdfast.Linux.Files;
using Holdfast.Linux.Processes;
using Holdfast.Primitives;

namespace Holdfast.Linux.Tests.Processes;

public sealed class ProcessSpawnerTests
{
    [Theory]
    [InlineData("exit 0", 0, Signal.None)]
    [InlineData("exit 7", 7, Signal.None)]
    [InlineData("kill -TERM $$", 0, Signal.SIGTERM)]
    public void TryWait_ChildEnded_TellsHow(string script, int code, Signal signal)
    {
        ExitStatus status = RunShell(script, out _);
        Assert.Equal(new ExitStatus(code, signal), status);
    }

    [Fact]
    public void TrySpawn_ProgramMissing_SaysSo()
    {
        var request = new SpawnRequest { Path = "/nonexistent/program", Arguments = ["x"] };
        Assert.Equal(Errno.ENOENT, ProcessSpawner.TrySpawn(request, out PidFd? child));
        Assert.Null(child);
    }

    [Fact]
    public void TrySpawn_ArgumentsAndEnvironment_ArriveAsGiven()
    {
        RunShell("printf '%s|%s|%s' \"$0\" \"$GREETING\" \"$1\"", out string output, "any name", "grüße");
        Assert.Equal("any name|hello world|grüße", output);
    }

    [Fact]
    public void TrySpawn_SwappedDescriptors_AreNotMixedUp()
    {
        Assert.Equal(Errno.Success, DescriptorIo.TryCreatePipe(out FdHandle firstReader, out FdHandle firstWriter));
        Assert.Equal(Errno.Success, DescriptorIo.TryCreatePipe(out FdHandle secondReader, out FdHandle secondWriter));
        using (firstReader)
        using (secondReader)
        {
            // Each source number is the target number of the other one.
            int a = firstWriter.Number;
            int b = secondWriter.Number;
            var request = new SpawnRequest
            {
                Path = "/bin/bash",
                Arguments = ["sh", "-c", $"echo to-a >&{b}; echo to-b >&{a}; ls /proc/self/fd | wc -l >&{a}"],
                Environment = ["PATH=/usr/bin:/bin"],
                Descriptors = [new(0, 0), new(1, 1), new(2, 2), new(a, b), new(b, a)],
            };
            Assert.Equal(Errno.Success, ProcessSpawner.TrySpawn(request, out PidFd? child));
            firstWriter.Dispose();
            secondWriter.Dispose();
            Assert.Equal("to-a\n", ReadToEnd(firstReader));
            Assert.StartsWith("to-b\n", ReadToEnd(secondReader), StringComparison.Ordinal);
            WaitFor(child!);
        }
    }

    [Fact]
    public void TrySpawn_NewGroupAndBlockedSignals_AreInTheKernelsView()
    {
        var request = new SpawnRequest
        {
            Path = "/bin/sh",
            Arguments = ["sh", "-c", "exec sleep 30"],
            Group = SpawnGroup.NewGroup,
            BlockedSignals = SignalSet.Of(Signal.SIGHUP, Signal.SIGUSR1),
        };
        Assert.Equal(Errno.Success, ProcessSpawner.TrySpawn(request, out PidFd? child));
        string status = File.ReadAllText($"/proc/{child!.Pid}/status");
        Assert.Contains("SigBlk:\t0000000000000201", status, StringComparison.Ordinal);
        // glibc lets its two internal signals be ignored in what it spawns; no other may be.
        string ignored = status.Split('\n').Single(line => line.StartsWith("SigIgn:", StringComparison.Ordinal))[8..];
        Assert.Equal(0ul, ulong.Parse(ignored, NumberStyles.HexNumber, CultureInfo.InvariantCulture) & ~0x180000000ul);
        string group = File.ReadAllText($"/proc/{child.Pid}/stat").Split(") ")[1].Split(' ')[2];
        Assert.Equal($"{child.Pid}", group);
        Assert.Equal(Errno.EAGAIN, child.TryWait(out _));
        Assert.Equal(Errno.Success, OwnProcess.KillGroup(child.Pid, Signal.SIGKILL));
        Assert.Equal(Signal.SIGKILL, WaitFor(child).Signal);
    }

    [Fact]
    public void UserDatabase_Root_IsFound()
    {
        Assert.True(UserDatabase.TryFindUser("root", out UserAccount? root));
        Assert.Equal(new UserAccount("root", 0, 0), root);
        Assert.True(UserDatabase.TryFindUser(0, out UserAccount? again));
        Assert.Equal(root, again);
        Assert.True(UserDatabase.TryFindGroup("root", out uint gid));
        Assert.Equal(0u, gid);
        Assert.Contains(0u, UserDatabase.GroupsOf("root", 0));
        Assert.False(UserDatabase.TryFindUser("no-such-user", out _));
        Assert.False(UserDatabase.TryFindGroup("no-such-group", out _));
    }

    private static ExitStatus RunShell(string script, out string output, params string[] arguments)
    {
        Assert.Equal(Errno.Success, DescriptorIo.TryCreatePipe(out FdHandle reader, out FdHandle writer));
        using (reader)
        {
            var request = new SpawnRequest
            {
                Path = "/bin/sh",
                Arguments = ["sh", "-c", script, .. arguments],
                Environment = ["GREETING=hello world"],
                Descriptors = [new(writer.Number, 1)],
            };
            Assert.Equal(Errno.Success, ProcessSpawner.TrySpawn(request, out PidFd? child));
            writer.Dispose();
            output = ReadToEnd(reader);
            return WaitFor(child!);
        }
    }

    private static ExitStatus WaitFor(PidFd child)
    {
        using (child)
        {
            using var loop = new EpollLoop();
            var ended = new Ended();
            loop.Add(child.Fd, EpollEvents.EPOLLIN, ended);
            MonotonicTime deadline = MonotonicClock.Now + TimeSpan.FromSeconds(10);
            while (!ended.IsSet && MonotonicClock.Now < deadline)
            {
                loop.RunOnce(deadline);
            }
            Assert.Equal(Errno.Success, child.TryWait(out ExitStatus status));
            Assert.Equal(Errno.ECHILD, child.TryWait(out _));
            return status;
        }
    }

    private static string ReadToEnd(FdHandle reader)
    {
        var text = new StringBuilder();
        Span<byte> buffer = stackalloc byte[256];
        while (DescriptorIo.Read(reader.Number, buffer, out int count) == Errno.Success && count > 0)
        {
            text.Append(Encoding.UTF8.GetString(buffer[..count]));
        }
        return text.ToString();
    }

    private sealed class Ended : IReadyHandler
    {
        public bool IsSet { get; private set; }

        public void OnReady(EpollEvents events) => IsSet = true;
    }
}
