using Holdfast.Config.HAProxy.Model;
using Holdfast.Proxy.Options;

namespace Holdfast.Proxy.HAProxy;

/// <summary>Timeouts of a section: a frontend's are used for clients, a backend's for servers.</summary>
internal static class TimeoutTranslator
{
    internal static TimeoutOptions Translate(ProxyModel proxy)
    {
        TimeoutsModel timeouts = proxy.Timeouts;
        return new TimeoutOptions
        {
            Client = timeouts.Client ?? -1,
            ClientHandshake = timeouts.ClientHandshake,
            ClientFin = timeouts.ClientFin ?? -1,
            HttpRequest = timeouts.HttpRequest ?? -1,
            HttpKeepAlive = timeouts.HttpKeepAlive ?? -1,
            Connect = timeouts.Connect ?? -1,
            Queue = timeouts.Queue ?? timeouts.Connect ?? -1,
            Server = timeouts.Server ?? -1,
            ServerFin = timeouts.ServerFin ?? -1,
            Tunnel = timeouts.Tunnel ?? -1,
        };
    }
}
