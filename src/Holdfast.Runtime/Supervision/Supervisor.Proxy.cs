using Holdfast.Linux;
using Holdfast.Linux.Files;
using Holdfast.Runtime.Processes;
using Holdfast.Runtime.Proxy;

namespace Holdfast.Runtime.Supervision;

// The proxy process beside VRRP: it begins first, so that an address is not taken over before something serves there,
// and it ends last, when no address is held any more.
public sealed partial class Supervisor
{
    private readonly ProxyChild _proxy;
    private PidFile? _proxyPidFile;
    private bool _hasServed;

    void IProxyOwner.OnProxyStarted(int pid, ProxyConfiguration configuration)
    {
        if (_proxyPidFile is not null)
        {
            _ = _proxyPidFile.Write(pid); // the file was writable when it was created
        }
        else
        {
            string? path = _options.ProxyPidFile ?? configuration.Translation.Process.PidFile;
            _ = path is { Length: > 0 } && TryCreatePidFile(path, pid, ref _proxyPidFile);
        }
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
        }
    }

    void IProxyOwner.OnProxyEnded()
    {
        FailStatusRequests(StatusPart.Proxy);
        if (_proxy.IsGone)
        {
            _proxyPidFile?.Dispose();
            _proxyPidFile = null;
            if (!_options.RunsVrrp && Phase == SupervisorPhase.Running && _configuration.Proxy is not null)
            {
                Stop("the proxy was told to stop, and nothing else runs");
                return;
            }
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
