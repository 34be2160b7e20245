using System.Collections.Immutable;
using Holdfast.Linux;
using Holdfast.Linux.Abi;
using Holdfast.Primitives;
using Holdfast.Runtime.Logging;
using Holdfast.Runtime.Processes;
using Holdfast.Runtime.Proxy;
using Holdfast.Runtime.Proxy.Management;

namespace Holdfast.Runtime.Supervision;

// Listeners: opened before a process is started, so that a configuration whose ports are taken changes nothing.
internal sealed partial class ProxyChild
{
    /// <summary>So often a taken port is tried before a reload is given up, as nginx does it.</summary>
    private const int TriesMax = 5;

    private static readonly TimeSpan s_retryPause = TimeSpan.FromMilliseconds(500);

    private ServedConfiguration? _wanted;
    private ImmutableArray<int> _nextListeners = [];
    private MonotonicTime _retryAt = MonotonicTime.Never;
    private int _triesLeft;

    /// <summary>What is open, for a program that follows.</summary>
    internal IEnumerable<(string Place, int Fd)> OpenListeners => _listeners.Open;

    /// <summary>Whether sockets in the file system stay when ours are closed. Default false.</summary>
    internal bool KeepsFiles { get; set; }

    /// <summary>Opens what a configuration needs, before it is started.</summary>
    /// <returns>What cannot be opened; then nothing has changed.</returns>
    internal ImmutableArray<ListenFailure> TryListen(ServedConfiguration configuration)
        => _listeners.TryOpen(configuration.Listeners, out _);

    /// <summary>Lets processes finish, and starts none; clients wait in the kernel, or for another program.</summary>
    internal void Rest()
    {
        _restartAt = _stateBy = _retryAt = MonotonicTime.Never;
        _starting?.Signal(Signal.SIGKILL);
        DrainAll(hasSuccessor: true);
    }

    /// <summary>Serves again after <see cref="Rest"/>.</summary>
    internal void Wake()
    {
        if (_child is null && _configuration is { } configuration)
        {
            _ = TryOpen(configuration, out ImmutableArray<int> listeners) && TrySpawn(listeners, out _child);
        }
    }

    /// <summary>Passes a signal on to all processes, those that are about to end as well.</summary>
    internal void SignalAll(Signal signal) => Array.ForEach(All(), one => one.Signal(signal));

    /// <summary>Takes sockets that another process has opened.</summary>
    internal void Adopt(IEnumerable<int> sockets) => _listeners.Adopt(sockets, hasPaths: !kind.KeepsState);

    private void AdoptListeners()
    {
        if (options.ProxyListenersFrom is { } socket && kind.KeepsState)
        {
            _listeners.Adopt(ListenerHandover.Take(socket, out string? problem), hasPaths: false);
            if (problem is not null)
            {
                log.Warning($"Listeners of {socket}: {problem}");
            }
        }
    }

    /// <summary>Opens listeners of a configuration that nothing serves yet.</summary>
    private bool TryOpen(ServedConfiguration configuration, out ImmutableArray<int> listeners)
    {
        ImmutableArray<ListenFailure> failures = _listeners.TryOpen(configuration.Listeners, out listeners);
        if (failures.IsEmpty)
        {
            return true;
        }
        owner.OnListenFailed(this, failures, isLast: true);
        OnCrash(failures[0].ToString());
        return false;
    }

    /// <summary>Goes over to the configuration of a reload, if its listeners can be opened.</summary>
    private void TryWanted()
    {
        ServedConfiguration wanted = _wanted!;
        ImmutableArray<ListenFailure> failures = _listeners.TryOpen(wanted.Listeners, out _nextListeners);
        if (!failures.IsEmpty)
        {
            bool isBusy = failures.All(static one => one.Errno == Errno.EADDRINUSE);
            bool isLast = --_triesLeft <= 0 || !isBusy;
            owner.OnListenFailed(this, failures, isLast);
            _retryAt = isLast ? MonotonicTime.Never : MonotonicClock.Now + s_retryPause;
            if (isLast)
            {
                _failure = _child is null ? $"{failures[0]}" : $"{failures[0]}; the configuration before goes on";
                log.Write(options.Master is null ? LogLevel.Error : LogLevel.Info, $"The {kind.Title}: {_failure}");
            }
            return;
        }
        _wanted = null;
        _configuration = wanted;
        _restartAt = _retryAt = MonotonicTime.Never;
        _backoff.Clear();
        _starting?.Signal(Signal.SIGKILL);
        if (_child is null)
        {
            _ = TrySpawn(_nextListeners, out _child, _memory.Read());
        }
        else if (kind.KeepsState && _child.IsReady
            && _child.Channel.TrySend(new StatusRequestMessage(StateRequest, StatusKind.ProxyState)) == Errno.Success)
        {
            _stateBy = MonotonicClock.Now + s_statePatience; // the next one begins with what this one knows
        }
        else
        {
            _ = TrySpawn(_nextListeners, out _starting);
        }
    }
}
