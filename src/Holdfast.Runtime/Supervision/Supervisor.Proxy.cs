using System.Globalization;
using System.Text;
using Holdfast.Linux;
using Holdfast.Linux.Files;
using Holdfast.Runtime.Processes;
using Holdfast.Runtime.Proxy;

namespace Holdfast.Runtime.Supervision;

// The proxy process beside VRRP: it begins first, so that an address is not taken over before something serves there,
// and it ends last, when no address is held any more.
public sealed partial class Supervisor
{
    private const uint PidFileMode = 0x1A4; // 0644

    private readonly ProxyChild _proxy;
    private readonly StartMemory _startMemory = new();
    private bool _hasServed;

    void IProxyOwner.OnProxyStarted(int pid, ProxyConfiguration configuration)
    {
        if ((_options.ProxyPidFile ?? configuration.Translation.Process.PidFile) is not { } path)
        {
            return;
        }
        // As haproxy's: whoever starts writes it, the one before is still there (-sf), and nobody removes it.
        int number = _options.IsProxyMaster ? Environment.ProcessId : pid;
        byte[] text = Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{number}\n"));
        Report(path, FileNames.WriteAtomically(path, text, PidFileMode));
    }

    void IProxyOwner.OnProxyReady()
    {
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

    void IProxyOwner.OnProxyEnded()
    {
        FailStatusRequests(StatusPart.Proxy);
        if (_proxy.IsGone && !_options.RunsVrrp && Phase == SupervisorPhase.Running && _configuration.Proxy is not null)
        {
            Stop("the proxy was told to stop, and nothing else runs");
            return;
        }
        FinishIfAlone();
    }

    void IProxyOwner.OnProxyStatus(StatusReplyMessage reply, ChildChannel channel)
    {
        using FdHandle memory = channel.TakeDescriptor();
        OnStatusPart(reply.Id, memory, StatusPart.Proxy);
    }

    /// <summary>Ends it; or leaves it to who follows as another program.</summary>
    private void StopProxy()
    {
        if (_executeAtEnd is null)
        {
            _proxy.Stop();
        }
        else
        {
            _proxy.Leave();
        }
    }
}
