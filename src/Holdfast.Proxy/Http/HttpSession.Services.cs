using Holdfast.HAProxy.Samples;
using Holdfast.Proxy.Counters;
using Holdfast.Proxy.Options;
using Holdfast.Proxy.Programs;
using Holdfast.Proxy.Upstreams;

namespace Holdfast.Proxy.Http;

// Services of our own: each is a backend that only these lines lead to.
internal sealed partial class HttpSession<TTransport>
{
    private bool _isForMetrics;

    /// <summary>Whether rules let the client see the page that it asks for, if it asks for one.</summary>
    private bool PassPage(ProxyRules rules)
    {
        if (rules.Page is not { Rules: { } list } page || _isForMetrics || _exchange!.Subject is not { } subject
            || !page.Fits(_exchange.Request.On(_fromClient.Bytes(_pool)).Target))
        {
            return true;
        }
        subject.Log.IsStats = true;
        return CarryOut(list.Run(subject));
    }

    /// <summary>Leads a request for the statistics page, or for metrics, to who answers it.</summary>
    private bool EntersService(ProxyRules rules)
    {
        string? name = null;
        if (_isForMetrics)
        {
            _isForMetrics = false;
            name = ServiceOptions.Metrics;
        }
        else if (rules.Page is { } page && _exchange!.Subject is { } subject
            && page.Fits(_exchange.Request.On(_fromClient.Bytes(_pool)).Target))
        {
            name = page.BackendFor(subject);
        }
        if (name is null || _frontend.Backends.Find(name) is not LoopBackend<TTransport> found)
        {
            return false;
        }
        _frontend.Counters.Add(TrafficCounter.Intercepted);
        _backend = found;
        SayEnd('L', 'R');
        if (_exchange!.Subject is RequestContext context)
        {
            context.Backend = found.Backend.Identity;
        }
        return true;
    }
}
