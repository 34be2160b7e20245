using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Holdfast.Linux;
using Holdfast.Linux.Files;
using Holdfast.Linux.Processes;
using Holdfast.Runtime.Processes;
using Holdfast.Runtime.Proxy;
using Holdfast.Runtime.Web;

namespace Holdfast.Runtime.Supervision;

// The serving processes beside VRRP: they begin first, so that an address is not taken over before something serves
// there, and they end last, when no address is held any more.
public sealed partial class Supervisor
{
    private const uint PidFileMode = 0x1A4; // 0644

    private readonly ServedProcesses _served;
    private readonly StartMemory _startMemory = new();
    private bool _hasServed;

    void IProxyOwner.OnStarted(ProxyChild served, int pid, ServedConfiguration configuration)
    {
        if (_master is { } master && configuration is WebServing web)
        {
            _ = master.Adopt(web);
            master.OnStarted(pid);
        }
        if (served.Kind != ServedKind.HAProxy || (_options.ProxyPidFile ?? configuration.PidFile) is not { } path)
        {
            return;
        }
        // As haproxy's: whoever starts writes it, the one before is still there (-sf), and nobody removes it.
        int number = _options.IsProxyMaster ? Environment.ProcessId : pid;
        byte[] text = Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{number}\n"));
        Report(path, FileNames.WriteAtomically(path, text, PidFileMode));
    }

    void IProxyOwner.OnReady(ProxyChild served)
    {
        if (!_served.AreReady)
        {
            return;
        }
        if (!_options.RunsVrrp)
        {
            TellReady();
        }
        if (!_hasServed)
        {
            _hasServed = true;
            _options.WhenServing?.Invoke();
            _startMemory.Release();
        }
    }

    void IProxyOwner.OnEnded(ProxyChild served, int pid, ExitStatus status)
    {
        FailStatusRequests(PartOf(served));
        _master?.OnEnded(pid, status);
        if (_served.AreGone && !_options.RunsVrrp && Phase == SupervisorPhase.Running && _served.AreConfigured
            && (_isQuitting || _master is not { IsResting: true }))
        {
            Stop($"the {served.Kind.Title} was told to stop, and nothing else runs");
            return;
        }
        FinishIfAlone();
    }

    void IProxyOwner.OnStatus(ProxyChild served, StatusReplyMessage reply, ChildChannel channel)
    {
        using FdHandle memory = channel.TakeDescriptor();
        OnStatusPart(reply.Id, memory, PartOf(served));
    }

    void IProxyOwner.OnListenFailed(ProxyChild served, ImmutableArray<ListenFailure> failures, bool isLast)
        => _master?.OnListenFailed(failures, isLast);

    private static StatusPart PartOf(ProxyChild served)
        => served.Kind == ServedKind.HAProxy ? StatusPart.Proxy : StatusPart.Web;

    /// <summary>Ends them; or leaves them to who follows as another program.</summary>
    private void StopServed()
    {
        if (_executeAtEnd is null)
        {
            _served.Stop();
        }
        else
        {
            _served.Leave();
        }
    }
}
