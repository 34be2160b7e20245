using Holdfast.Linux;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Epoll;
using Holdfast.Linux.Files;
using Holdfast.Linux.Sockets;

namespace Holdfast.Runtime.Scripts;

/// <summary>Learns from a pipe whether the launcher has become the script.</summary>
/// <remarks>
/// The launcher lets all descriptors be closed by execve, so the pipe's end is the begin of the script. Before it ends
/// by itself, it writes a byte.
/// </remarks>
internal sealed class LaunchWatch : IReadyHandler
{
    private readonly EpollLoop _loop;
    private readonly FdHandle _reader;
    private readonly Action? _executed;
    private bool _isSettled;

    /// <summary>Watches a launcher that was started.</summary>
    /// <param name="loop">Where it waits, if somebody is to be told.</param>
    /// <param name="reader">Our end of the pipe, which becomes ours.</param>
    /// <param name="executed">Told once that the launcher has given way to the script, or has ended.</param>
    internal LaunchWatch(EpollLoop loop, FdHandle reader, Action? executed)
    {
        _loop = loop;
        _reader = reader;
        _executed = executed;
        if (executed is not null)
        {
            loop.Add(reader.Number, EpollEvents.EPOLLIN, this);
        }
    }

    /// <summary>Whether there was no script to become; holds once it is settled.</summary>
    internal bool HasFailed { get; private set; }

    /// <inheritdoc/>
    public void OnReady(EpollEvents events) => Settle();

    /// <summary>Looks into the pipe and closes it. Called at the latest when the child has ended.</summary>
    internal void Settle()
    {
        if (_isSettled)
        {
            return;
        }
        _isSettled = true;
        Span<byte> buffer = stackalloc byte[1];
        HasFailed = DescriptorWait.ForRead(_reader.Number, TimeSpan.Zero)
            && DescriptorIo.Read(_reader.Number, buffer, out int count) == Errno.Success
            && count > 0;
        if (_executed is not null)
        {
            _loop.Remove(_reader.Number);
        }
        _reader.Dispose();
        _executed?.Invoke();
    }
}
