using Holdfast.Linux;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Files;
using Holdfast.Linux.Processes;
using Holdfast.Linux.Sockets;
using Microsoft.Win32.SafeHandles;

namespace Holdfast.Runtime.Tests;

/// <summary>
/// A program that a test runs. Not <c>System.Diagnostics.Process</c>, which ends this whole process when a supervisor
/// of another test collects its child.
/// </summary>
internal sealed class TestProcess : IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);

    private readonly PidFd _process;
    private readonly FdHandle _input;
    private readonly StreamReader _output;

    private TestProcess(PidFd process, FdHandle input, FdHandle output)
    {
        _process = process;
        _input = input;
        _output = new StreamReader(
            new FileStream(new SafeFileHandle(output.Release(), ownsHandle: true), FileAccess.Read));
    }

    internal int Id => _process.Pid;

    internal static TestProcess Start(string program, params string[] arguments)
    {
        LinuxException.ThrowIf(DescriptorIo.TryCreatePipe(out FdHandle reader, out FdHandle writer), "create a pipe");
        LinuxException.ThrowIf(DescriptorIo.TryCreatePipe(out FdHandle output, out FdHandle said), "create a pipe");
        using (reader)
        using (said)
        {
            var request = new SpawnRequest
            {
                Path = program,
                Arguments = [Path.GetFileName(program), .. arguments],
                Environment = [],
                Descriptors = [new(reader.Number, 0), new(said.Number, 1), new(said.Number, 2)],
            };
            LinuxException.ThrowIf(ProcessSpawner.TrySpawn(request, out PidFd? process), $"start {program}");
            return new TestProcess(process!, writer, output);
        }
    }

    /// <summary>The next line of what it says, on either output; null: it has ended.</summary>
    internal string? ReadLine() => _output.ReadLine();

    internal void CloseInput() => _input.Dispose();

    internal void Kill() => _process.Send(Signal.SIGKILL);

    internal void WaitForExit()
    {
        Assert.True(DescriptorWait.ForRead(_process.Fd, s_patience), "it did not end");
        _ = _process.TryWait(out _); // ECHILD: somebody else's supervisor has collected it
    }

    public void Dispose()
    {
        Kill();
        WaitForExit();
        _input.Dispose();
        _output.Dispose();
        _process.Dispose();
    }
}
